import { foldersAbove, inDir, projectFolder } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import { readPackageJson } from "./package-json.ts";

/** The directories of a project, relative to the app; "" is the app's root directory. */
export interface ProjectDirs {
  /** The directory to build and start. */
  readonly dir: string;
  /** The directory with the lockfile and the list of workspaces: `dir` or one of its parents. */
  readonly root: string;
}

/**
 * The names of the lockfiles of all package managers. A directory with a lockfile is installed
 * independently of its parents.
 */
export const lockfileNames = [
  "npm-shrinkwrap.json",
  "package-lock.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "bun.lockb",
] as const;

/**
 * Finds the project directory that BP_NODE_PROJECT_PATH names, and the root directory of its
 * workspace.
 *
 * @throws UserError NODE_PROJECT_PATH_INVALID
 */
export async function projectDirs(app: App, projectPath: string | undefined): Promise<ProjectDirs> {
  const dir = await projectFolder(app, {
    name: "BP_NODE_PROJECT_PATH",
    value: projectPath,
    code: "NODE_PROJECT_PATH_INVALID",
    hint: "Set it to the directory of the package.json to build, relative to the app, such as apps/web.",
  });
  for (const root of [dir, ...foldersAbove(dir)]) {
    if (await isInstalledAlone(app, root)) return { dir, root };
  }
  return { dir, root: dir };
}

async function isInstalledAlone(app: App, dir: string): Promise<boolean> {
  const at = (name: string) => app.exists(inDir(dir, name));
  const found = await Promise.all([...lockfileNames, "pnpm-workspace.yaml"].map(at));
  return found.includes(true) || (await readPackageJson(app, dir))?.workspaces !== undefined;
}
