import { type App, UserError } from "libcnb";
import { readPackageJson } from "./package-json.ts";

/** Folders relative to the app; "" is the app itself. */
export interface ProjectDirs {
  /** What is built and started. */
  readonly dir: string;
  /** Where the lockfile and the list of workspaces are: `dir`, or a folder above it. */
  readonly root: string;
}

/** Lockfiles of all package managers: a folder that has one is installed on its own. */
export const lockfileNames = [
  "npm-shrinkwrap.json",
  "package-lock.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "bun.lockb",
] as const;

/**
 * Where the project is that BP_NODE_PROJECT_PATH names, and the workspace that it is part of.
 *
 * @throws UserError NODE_PROJECT_PATH_INVALID
 */
export async function projectDirs(app: App, projectPath: string | undefined): Promise<ProjectDirs> {
  const dir = folderOf(projectPath ?? "");
  if (dir !== "" && !(await app.exists(dir))) throw invalid(projectPath, "the app has no such folder");
  for (const root of [dir, ...above(dir)]) {
    if (await isInstalledAlone(app, root)) return { dir, root };
  }
  return { dir, root: dir };
}

function folderOf(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || parts.includes("..")) throw invalid(path, "it does not lie in the app");
  return parts.join("/");
}

/** The folders above, the nearest first. */
const above = (dir: string): readonly string[] => {
  const parts = dir === "" ? [] : dir.split("/");
  return parts.map((_, index) => parts.slice(0, parts.length - 1 - index).join("/"));
};

async function isInstalledAlone(app: App, dir: string): Promise<boolean> {
  const at = (name: string) => app.exists(dir === "" ? name : `${dir}/${name}`);
  const found = await Promise.all([...lockfileNames, "pnpm-workspace.yaml"].map(at));
  return found.includes(true) || (await readPackageJson(app, dir))?.workspaces !== undefined;
}

const invalid = (path: string | undefined, why: string): UserError =>
  new UserError("NODE_PROJECT_PATH_INVALID", `BP_NODE_PROJECT_PATH is "${path}": ${why}`, {
    hint: "Set it to the folder with the package.json to build, relative to the app, such as apps/web.",
  });
