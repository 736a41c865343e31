import { inDir } from "@libcnb/app-kit/folders";
import { type App, type Env, type Table, UserError } from "libcnb";
import { yamlOptions } from "../yaml-options.ts";

/** A `.yarnrc.yml`. */
export interface SettingsFile {
  /** Relative to the app. */
  readonly path: string;
  /** Folder that its paths are relative to, relative to the app. */
  readonly dir: string;
  readonly table: Table;
}

/**
 * The settings files that Yarn finds in a directory and its parents within the app, nearest first.
 *
 * @throws UserError PACKAGES_SETTINGS_INVALID
 */
export async function readSettings(app: App, dir: string, env: Env): Promise<readonly SettingsFile[]> {
  const name = env.YARN_RC_FILENAME ?? ".yarnrc.yml";
  const found = withAncestors(dir).map(async (each) => {
    const path = inDir(each, name);
    return (await app.exists(path)) ? [await parsed(path, each, await app.readText(path))] : [];
  });
  return (await Promise.all(found)).flat();
}

/**
 * A setting as Yarn reads it: from the environment variable, or else the nearest file. Values other
 * than strings are ignored.
 */
export function setting(
  files: readonly SettingsFile[],
  env: Env,
  name: string,
): { readonly value: string; readonly dir: string | undefined } | undefined {
  const variable = env[`YARN_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`];
  if (variable !== undefined) return { value: variable, dir: undefined };
  const file = files.find(({ table }) => table[name] !== undefined && table[name] !== null);
  return file && { value: withVariables(String(file.table[name]), env), dir: file.dir };
}

/** A setting that is a path, relative to the app; the default if it leads out of the app. */
export function pathSetting(
  files: readonly SettingsFile[],
  env: Env,
  { name, root, otherwise }: { readonly name: string; readonly root: string; readonly otherwise: string },
): string {
  const { value = otherwise, dir = root } = setting(files, env, name) ?? {};
  const parts = inDir(dir, value)
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  return value.startsWith("/") || value.startsWith("~") || parts.includes("..")
    ? inDir(root, otherwise)
    : parts.join("/");
}

/** `${NAME}`, `${NAME-fallback}`, `${NAME:-fallback}`. */
const withVariables = (text: string, env: Env): string =>
  text.replace(/\$\{([\w\d_]+)(:)?(?:-([^}]*))?\}/g, (_, name: string, colon: string | undefined, fallback = "") => {
    const value = env[name];
    return value === undefined || (colon !== undefined && value === "") ? fallback : value;
  });

const withAncestors = (dir: string): readonly string[] => {
  const parts = dir === "" ? [] : dir.split("/");
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join("/")), ""];
};

async function parsed(path: string, dir: string, text: string): Promise<SettingsFile> {
  const table = await tableIn(text, path);
  if (typeof table === "object" && table !== null && !Array.isArray(table)) return { path, dir, table: table as Table };
  throw invalid(path, "it is not a table");
}

async function tableIn(text: string, path: string): Promise<unknown> {
  const { load, YAMLException } = await import("js-yaml"); // only builds with Yarn need it
  try {
    return load(text, yamlOptions) ?? {};
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw invalid(path, error.message.split("\n")[0] ?? "");
  }
}

const invalid = (path: string, cause: string): UserError =>
  new UserError("PACKAGES_SETTINGS_INVALID", `${path} is not what Yarn reads: YAML with a table of settings`, {
    cause,
    hint: `Correct ${path}. Yarn 1 has another syntax; its file is .yarnrc.`,
  });
