import { type App, UserError } from "libcnb";

/**
 * Joins a directory and a path in it, both relative to the app. "" as `dir` is the app itself; ""
 * as `path` is `dir`.
 */
export const inDir = (dir: string, path: string): string =>
  dir === "" || path === "" ? `${dir}${path}` : `${dir}/${path}`;

/**
 * The parent directories of a directory in the app, nearest first; the last is "", the app itself.
 */
export const foldersAbove = (dir: string): readonly string[] => {
  const parts = dir === "" ? [] : dir.split("/");
  return parts.map((_, index) => parts.slice(0, parts.length - 1 - index).join("/"));
};

/** A setting that names the folder of the app to build. */
export interface FolderSetting {
  /** `BP_NODE_PROJECT_PATH` */
  readonly name: string;
  /** The user's value; `undefined` for the app itself. */
  readonly value: string | undefined;
  /** The error's code: `NODE_PROJECT_PATH_INVALID`. */
  readonly code: string;
  readonly hint: string;
}

/**
 * The folder that a setting names, relative to the app: "" is the app itself.
 *
 * @throws UserError with the setting's code if there is no such folder, or if it is not in the app
 */
export async function projectFolder(app: App, { name, value, code, hint }: FolderSetting): Promise<string> {
  const invalid = (why: string) => new UserError(code, `${name} is "${value}": ${why}`, { hint });
  const parts = (value ?? "").split("/").filter((part) => part !== "" && part !== ".");
  if (value?.startsWith("/") || parts.includes("..")) throw invalid("it does not lie in the app");
  const dir = parts.join("/");
  if (dir !== "" && !(await app.exists(dir))) throw invalid("the app has no such folder");
  return dir;
}
