import { type App, UserError } from "libcnb";

/**
 * Joins the path of a directory and a path in that directory. Both are relative to the app. An
 * empty `dir` stands for the app's root directory, and an empty `path` for `dir` itself.
 */
export const inDir = (dir: string, path: string): string =>
  dir === "" || path === "" ? `${dir}${path}` : `${dir}/${path}`;

/**
 * Returns the parent directories of a directory in the app, nearest first. The last one is "", the
 * app's root directory.
 */
export const foldersAbove = (dir: string): readonly string[] => {
  const parts = dir === "" ? [] : dir.split("/");
  return parts.map((_, index) => parts.slice(0, parts.length - 1 - index).join("/"));
};

/** A setting whose value is the path of the directory to build. */
export interface FolderSetting {
  /** The name of the setting, for example `BP_NODE_PROJECT_PATH`. */
  readonly name: string;
  /** The value that the user set; `undefined` for the app's root directory. */
  readonly value: string | undefined;
  /** The code of the error, for example `NODE_PROJECT_PATH_INVALID`. */
  readonly code: string;
  readonly hint: string;
}

/**
 * Returns the directory that a setting names, relative to the app; "" for the app's root directory.
 *
 * @throws UserError with the setting's code if the directory does not exist or is not in the app
 */
export async function projectFolder(app: App, { name, value, code, hint }: FolderSetting): Promise<string> {
  const invalid = (why: string) => new UserError(code, `${name} is "${value}": ${why}`, { hint });
  const parts = (value ?? "").split("/").filter((part) => part !== "" && part !== ".");
  if (value?.startsWith("/")) throw invalid("this path is absolute");
  if (parts.includes("..")) throw invalid("this path is outside of the app");
  const dir = parts.join("/");
  if (dir !== "" && !(await app.exists(dir))) throw invalid("the app has no such directory");
  return dir;
}
