import { inDir } from "@libcnb/app-kit/folders";
import { type App, type Env, type s, UserError } from "libcnb";
import { yamlOptions } from "../yaml.ts";

/** A parsed `.yarnrc.yml` and its location. */
export interface SettingsFile {
  /** The path relative to the app. */
  readonly path: string;
  /** The directory to which paths in the file are relative. It is itself relative to the app. */
  readonly dir: string;
  readonly table: s.Table;
}

/**
 * Reads the settings files that Yarn finds in a directory and its parents within the app, nearest
 * first.
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
 * Returns the value of a setting as Yarn determines it: from the environment variable, or else from
 * the nearest file. Values other than strings are ignored.
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

/**
 * Returns a setting that is a path, relative to the app. If the path leads out of the app, the
 * default is returned.
 */
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

/** `${NAME}`, `${NAME-fallback}`, `${NAME:-fallback}`. Behind the last brace nothing is searched: that would take long for each beginning. */
function withVariables(text: string, env: Env): string {
  const end = text.lastIndexOf("}") + 1;
  const variable = /\$\{([\w\d_]+)(:)?(?:-([^}]*))?\}/g;
  const replaced = text.slice(0, end).replace(variable, (_, name: string, colon: string | undefined, fallback = "") => {
    const value = env[name];
    return value === undefined || (colon !== undefined && value === "") ? fallback : value;
  });
  return replaced + text.slice(end);
}

const withAncestors = (dir: string): readonly string[] => {
  const parts = dir === "" ? [] : dir.split("/");
  return [...parts.map((_, index) => parts.slice(0, parts.length - index).join("/")), ""];
};

async function parsed(path: string, dir: string, text: string): Promise<SettingsFile> {
  const table = await tableIn(text, path);
  if (typeof table === "object" && table !== null && !Array.isArray(table))
    return { path, dir, table: table as s.Table };
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
  new UserError("PACKAGES_SETTINGS_INVALID", `${path} is not a YAML mapping of Yarn's settings`, {
    cause,
    hint: `Correct ${path}. The syntax of Yarn 1, which is not YAML, belongs in .yarnrc.`,
  });

/**
 * Removes credentials from the settings of a `.yarnrc.yml`. Returns `undefined` if there are none.
 *
 * References to variables (`${TOKEN}`) are removed as well. Yarn does not start if such a variable
 * is unset, and at launch the variable is unset.
 */
export async function withoutCredentials(settings: s.Table): Promise<string | undefined> {
  const kept = publicValue(settings) ?? {};
  if (JSON.stringify(kept) === JSON.stringify(settings)) return undefined;
  const { dump } = await import("js-yaml");
  return Object.keys(kept).length === 0 ? "" : dump(kept, { lineWidth: -1 });
}

/**
 * `undefined` if only credentials were set, because Yarn refuses a scope or a registry without
 * settings.
 */
function publicValue(value: unknown): unknown {
  if (typeof value === "string") return value.replace(passwordInAddress, "$1");
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([name]) => !secretSettings.has(name));
  const kept = entries
    .map(([name, each]) => [name, publicValue(each)] as const)
    .filter(([, each]) => each !== undefined);
  return kept.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(kept);
}

const secretSettings: ReadonlySet<string> = new Set(["npmAuthToken", "npmAuthIdent"]);

const passwordInAddress = /^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i;
