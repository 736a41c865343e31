import { dirname, join, normalize } from "node:path/posix";
import { type App, type Env, UserError } from "libcnb";
import { type Line, localPath, requirementLines } from "./lines.ts";
import { requirementsText } from "./requirements-files.ts";
import { isAddress } from "./vendor.ts";

/** The requirements files of an app, and the sources that they name. */
export interface RequirementSources {
  /**
   * The lines of all requirements files, including files that these include, by paths relative to
   * the app.
   */
  readonly files: Readonly<Record<string, readonly Line[]>>;
  /** Directories and archives of the app that are installed, relative to the app. */
  readonly local: readonly LocalSource[];
  /** The URLs of requirements files that others include. */
  readonly remote: readonly string[];
}

export interface LocalSource {
  readonly path: string;
  /** True if the environment links to the code in the app. */
  readonly isEditable: boolean;
}

/**
 * Reads requirements files and all files that they include.
 *
 * @param names paths relative to the project
 * @throws UserError PYTHON_REQUIREMENTS_MISSING, PYTHON_REQUIREMENTS_OUTSIDE
 */
export async function readRequirements(
  app: App,
  dir: string,
  names: readonly string[],
  env: Env = {},
): Promise<RequirementSources> {
  const reading: Reading = { app, env, files: new Map(), remote: [] };
  for (const name of names) await readFile({ path: inApp(dir, name, "BP_PIP_REQUIREMENT"), by: "the build" }, reading);
  const lines = [...reading.files].flatMap(([path, all]) => all.map((line) => ({ path, line })));
  const local = lines.flatMap(({ path, line }) => localSource(dir, path, line));
  return { files: Object.fromEntries(reading.files), remote: reading.remote, local: await present(app, local) };
}

/** The files read so far. They are recorded because two files may include each other. */
interface Reading {
  readonly app: App;
  readonly env: Env;
  readonly files: Map<string, readonly Line[]>;
  readonly remote: string[];
}

interface NamedSource {
  readonly path: string;
  /** The file that includes it. */
  readonly by: string;
}

async function readFile({ path, by }: NamedSource, reading: Reading): Promise<void> {
  const { app, env, files, remote } = reading;
  if (files.has(path)) return;
  if (!(await app.exists(path))) throw missing(path, by);
  const lines = requirementLines(await requirementsText(app, path));
  files.set(path, lines);
  for (const line of lines) {
    if (line.kind !== "include") continue;
    const name = withVariables(line.path, env);
    if (isAddress(name)) remote.push(line.path);
    // relative to the file that includes it
    else await readFile({ path: inApp(dirname(path), name, path), by: path }, reading);
  }
}

/**
 * Expands variables as pip does. Their names consist of capital letters, digits and `_`. References
 * to variables that are not set are kept.
 */
const withVariables = (text: string, env: Env): string =>
  text.replace(/\$\{([A-Z0-9_]+)\}/g, (written, name: string) => env[name] || written);

/** Relative to the project: pip runs there. */
function localSource(dir: string, file: string, line: Line): readonly LocalSource[] {
  const path = line.kind === "requirement" ? localPath(line.text) : undefined;
  if (line.kind !== "requirement" || path === undefined || path.startsWith("/") || path.includes("${")) return [];
  return [{ path: inApp(dir, path, file), isEditable: line.isEditable }];
}

async function present(app: App, local: readonly LocalSource[]): Promise<readonly LocalSource[]> {
  const found: LocalSource[] = [];
  for (const each of local) if (await app.exists(each.path || ".")) found.push(each);
  return found;
}

function inApp(dir: string, name: string, by: string): string {
  const path = normalize(join(dir === "." ? "" : dir, name)).replace(/\/$/, "");
  if (!name.startsWith("/") && path !== ".." && !path.startsWith("../")) return path === "." ? "" : path;
  throw new UserError("PYTHON_REQUIREMENTS_OUTSIDE", `${by} names ${name}, which is outside the app's directory`, {
    hint: "Move the file into the app's directory, because the build contains only this directory. Or build the parent directory, and set BP_PYTHON_PROJECT_PATH to the path of the app in it, such as backend.",
  });
}

const missing = (path: string, by: string): UserError =>
  new UserError("PYTHON_REQUIREMENTS_MISSING", `${by} includes ${path}, which does not exist`, {
    hint: `Commit ${path}, and check that .gitignore and project.toml do not exclude the file; or remove the line from ${by}.`,
  });

/**
 * Formats the lines of requirements files that are inputs of an installation, in their order.
 * Options for package indexes and trusted hosts are left out, because the index from which a
 * package comes does not matter.
 */
export const decisiveLines = (lines: readonly Line[]): string =>
  lines
    .map((line) => (line.kind === "include" ? `${line.isConstraint ? "-c" : "-r"} ${line.path}` : textOf(line)))
    .join("\n");

const textOf = (line: Exclude<Line, { readonly kind: "include" }>): string => {
  if (line.kind === "requirement") return `${line.isEditable ? "-e " : ""}${line.text}`;
  // where packages come from decides nothing, as long as they are the same
  return /^(-i|--(extra-)?index-url|--trusted-host)\b/.test(line.text) ? "" : line.text;
};
