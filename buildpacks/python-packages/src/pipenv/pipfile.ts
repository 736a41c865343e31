import { isTable, stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { App, s } from "libcnb";
import { jsonText } from "../project/manifest.ts";
import { checkConflicts, invalidLock } from "../project/toml-lock.ts";

/**
 * Returns the categories of a Pipfile, including `packages` and `dev-packages`, with unparsed
 * entries.
 */
export const categoriesIn = (pipfile: s.Table): Readonly<Record<string, s.Table>> =>
  Object.fromEntries(
    Object.entries(pipfile)
      .filter(([name, value]) => !settings.has(name) && !Array.isArray(value))
      .map(([name, value]) => [name, tableOf(value)]),
  );

const settings: ReadonlySet<string> = new Set(["source", "requires", "scripts", "pipenv", "pipfile"]);

/** Returns the name of the section in a Pipfile.lock for a category of the Pipfile. */
export const sectionOf = (category: string): string => sections.get(category) ?? category;

const sections: ReadonlyMap<string, string> = new Map([
  ["packages", "default"],
  ["dev-packages", "develop"],
]);

/**
 * Returns the Python version that a Pipfile requires, as a PEP 440 specifier; `undefined` if it
 * does not require one.
 */
export function pythonOf(pipfile: s.Table): string | undefined {
  const requires = tableOf(pipfile["requires"]);
  const [full, line] = [stringOf(requires["python_full_version"]), stringOf(requires["python_version"])];
  if (full !== undefined) return `==${full}`;
  return line === undefined || line === "*" ? undefined : `==${line}.*`;
}

/**
 * Selects the parts of the Pipfile that affect an installation, without URLs and the app's own
 * scripts.
 */
export const decisivePipfile = (pipfile: s.Table): string =>
  jsonText([categoriesIn(pipfile), pipfile["requires"], pipfile["pipenv"]], (key, value) =>
    key === "index" ? undefined : value,
  );

/** A package of a `Pipfile.lock`. */
export interface PipenvPackage {
  readonly name: string;
  /** The locked version: `2.2.0`; `undefined` for a package that is not from an index. */
  readonly version: string | undefined;
  readonly hashes: readonly string[];
  readonly marker: string | undefined;
  /** The source, if it is not an index: a git or http URL without credentials. */
  readonly source: string | undefined;
  /** A directory or archive, relative to the Pipfile. */
  readonly path: string | undefined;
  /** True if the environment links to the directory instead of containing a copy. */
  readonly isEditable: boolean;
}

/**
 * The packages in each section of a Pipfile.lock: `default`, `develop`, and the names of other
 * categories.
 */
export type PipenvLock = Readonly<Record<string, readonly PipenvPackage[]>>;

/**
 * Reads a `Pipfile.lock`.
 *
 * @param path the path relative to the app
 * @throws UserError PACKAGES_LOCKFILE_INVALID
 */
export async function readLock(app: App, path: string): Promise<s.Table> {
  const invalid = (cause: string) => invalidLock(path, { cause, command: "pipenv lock" });
  const text = await app.readText(path);
  checkConflicts(text, path, "pipenv lock");
  const table = await app.readJson(path).catch((error: Error) => {
    throw invalid(error.message);
  });
  if (!isTable(table)) throw invalid("it is not a JSON object");
  if (isNested(table, mostNested)) throw invalid(`it is nested more than ${mostNested} levels deep`);
  return table;
}

// Pipenv nests five deep; what walks a table much deeper would run out of stack
const mostNested = 100;

const isNested = (value: unknown, left: number): boolean =>
  typeof value === "object" &&
  value !== null &&
  (left === 0 || Object.values(value).some((each) => isNested(each, left - 1)));

export const lockOf = (table: s.Table): PipenvLock =>
  Object.fromEntries(
    Object.entries(table)
      .filter(([section]) => section !== "_meta")
      .map(([section, packages]) => [
        section,
        Object.entries(tableOf(packages)).map(([name, each]) => packageOf(name, tableOf(each))),
      ]),
  );

const packageOf = (name: string, table: s.Table): PipenvPackage => ({
  name,
  version: stringOf(table["version"])?.replace(/^===?/, ""),
  hashes: textsOf(table["hashes"]),
  marker: stringOf(table["markers"]),
  source: sourceOf(table),
  path: stringOf(table["path"]),
  isEditable: table["editable"] === true,
});

function sourceOf(table: s.Table): string | undefined {
  const [git, file, commit] = [stringOf(table["git"]), stringOf(table["file"]), stringOf(table["ref"])];
  const address = (git ?? file)?.replace(/^([a-z+]+:\/\/)[^/?#]*@/i, "$1");
  if (address === undefined || git === undefined) return address;
  return `git+${address.replace(/^git\+/, "")}${commit === undefined ? "" : `@${commit}`}`;
}

/**
 * Selects the parts of a Pipfile.lock that affect an installation. The URLs of files are left out.
 * The digest of the Pipfile is left out as well, because the Pipfile itself is already an input.
 */
export const decisiveLock = (table: s.Table): string =>
  jsonText(table, (key, value) => (key === "_meta" || key === "index" ? undefined : value));
