import { inDir } from "@libcnb/app-kit/folders";
import { type ManagerName, type ProjectDirs, readManagerChoice } from "@libcnb/node-app";
import type { App } from "libcnb";

/**
 * Checks the files that determine the installation, as far as possible without Node.js, so that
 * detect can already report errors.
 *
 * @param wanted the value of BP_NODE_PACKAGE_MANAGER
 * @throws UserError the error that the build would throw
 */
export async function checkFiles(app: App, dirs: ProjectDirs, wanted: string | undefined): Promise<void> {
  const { name, lockfile } = await readManagerChoice(app, dirs, wanted);
  if (lockfile !== undefined) await checks[name](app, inDir(dirs.root, lockfile));
}

// Detect loads what the app needs alone. Only JSON is parsed as a whole: other formats take too long for detect.
const checks: Readonly<Record<ManagerName, (app: App, path: string) => Promise<unknown>>> = {
  npm: async (app, path) => (await import("./npm/project.ts")).readLockfile(app, path),
  async yarn(app, path) {
    if (hasConflict(await app.readText(path))) await (await import("./yarn/lockfile.ts")).readLockfile(app, path, "1.");
  },
  async pnpm(app, path) {
    const text = await app.readText(path);
    if (hasConflict(text)) await (await import("./pnpm/lockfile-checks.ts")).parseLockfile(text, path);
  },
  async bun(app, path) {
    if (!path.endsWith(".lock")) return; // the older format is binary
    const text = await app.readText(path);
    if (hasConflict(text)) (await import("./bun/lockfile.ts")).parseLockfile(text, path);
  },
};

const hasConflict = (text: string): boolean => /^<{7} /m.test(text);
