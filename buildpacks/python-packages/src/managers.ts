import type { ManagerName, PythonPackageManager } from "./package-manager.ts";

/** The adapter of a tool; loaded on demand, because a build needs only one. */
export const packageManager = (name: ManagerName): Promise<PythonPackageManager> => adapters[name]();

const adapters = {
  pip: async () => (await import("./pip/pip.ts")).pip,
  uv: async () => (await import("./uv/uv.ts")).uv,
  poetry: async () => (await import("./poetry/poetry.ts")).poetry,
  pipenv: async () => (await import("./pipenv/pipenv.ts")).pipenv,
  pdm: async () => (await import("./pdm/pdm.ts")).pdm,
} as const satisfies Readonly<Record<ManagerName, () => Promise<PythonPackageManager>>>;
