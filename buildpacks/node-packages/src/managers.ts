import type { ManagerChoice } from "@libcnb/node-app";
import type { PackageManager } from "./package-manager.ts";

/** The adapter of a package manager; loaded on demand, because a build needs only one. */
export async function packageManager({ name }: ManagerChoice, version: string): Promise<PackageManager> {
  return (await adapters[name === "yarn" && !version.startsWith("1.") ? "berry" : name]()) satisfies PackageManager;
}

const adapters = {
  npm: async () => (await import("./npm/npm.ts")).npm,
  yarn: async () => (await import("./yarn-classic/classic.ts")).classic,
  berry: async () => (await import("./yarn-berry/berry.ts")).berry,
  pnpm: async () => (await import("./pnpm/pnpm.ts")).pnpm,
  bun: async () => (await import("./bun/bun.ts")).bun,
} as const satisfies Readonly<Record<string, () => Promise<PackageManager>>>;
