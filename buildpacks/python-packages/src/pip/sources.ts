import { dirname, join, normalize } from "node:path/posix";
import { type App, UserError } from "libcnb";
import { type Line, localPath, requirementLines } from "./lines.ts";
import { isAddress } from "./vendor.ts";

/** What pip installs from. */
export interface RequirementSources {
  /** Lines of all requirements files, those that are included too, by paths relative to the app. */
  readonly files: Readonly<Record<string, readonly Line[]>>;
  /** Folders and archives of the app that are installed, relative to the app. */
  readonly local: readonly LocalSource[];
  /** Addresses of requirements files. */
  readonly remote: readonly string[];
}

export interface LocalSource {
  readonly path: string;
  /** The environment leads to the code in the app. */
  readonly isEditable: boolean;
}

/**
 * Reads requirements files and all that they include.
 *
 * @param names paths relative to the project
 * @throws UserError PYTHON_REQUIREMENTS_MISSING, PYTHON_REQUIREMENTS_OUTSIDE
 */
export async function readRequirements(app: App, dir: string, names: readonly string[]): Promise<RequirementSources> {
  const files: Record<string, readonly Line[]> = {};
  const remote: string[] = [];
  for (const name of names)
    await readFile(app, { path: inApp(dir, name, "BP_PIP_REQUIREMENT"), by: "the build" }, files, remote);
  const lines = Object.entries(files).flatMap(([path, all]) => all.map((line) => ({ path, line })));
  const local = lines.flatMap(({ path, line }) => localSource(dir, path, line));
  return { files, remote, local: await present(app, local) };
}

interface Named {
  readonly path: string;
  /** The file that includes it. */
  readonly by: string;
}

async function readFile(app: App, { path, by }: Named, files: Record<string, readonly Line[]>, remote: string[]) {
  if (files[path] !== undefined) return;
  if (!(await app.exists(path))) throw missing(path, by);
  files[path] = requirementLines(await app.readText(path));
  for (const line of files[path]) {
    if (line.kind !== "include") continue;
    if (isAddress(line.path)) remote.push(line.path);
    // relative to the file that includes it
    else await readFile(app, { path: inApp(dirname(path), line.path, path), by: path }, files, remote);
  }
}

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
  throw new UserError("PYTHON_REQUIREMENTS_OUTSIDE", `${by} names ${name}, which does not lie in the app`, {
    hint: "Nothing but the app's folder is there when it is built. Move the file into it, or build the folder above with BP_PYTHON_PROJECT_PATH.",
  });
}

const missing = (path: string, by: string): UserError =>
  new UserError("PYTHON_REQUIREMENTS_MISSING", `${by} includes ${path}, which is not there`, {
    hint: `Commit ${path}, and see that .gitignore, .dockerignore and project.toml do not leave it out; or remove the line.`,
  });

/** What pip reads of the lines, as a text: comments and order of words of no meaning aside. */
export const decisiveLines = (lines: readonly Line[]): string =>
  lines
    .map((line) => (line.kind === "include" ? `${line.isConstraint ? "-c" : "-r"} ${line.path}` : textOf(line)))
    .join("\n");

const textOf = (line: Exclude<Line, { readonly kind: "include" }>): string => {
  if (line.kind === "requirement") return `${line.isEditable ? "-e " : ""}${line.text}`;
  // where packages come from decides nothing, as long as they are the same
  return /^(-i|--(extra-)?index-url|--trusted-host)\b/.test(line.text) ? "" : line.text;
};
