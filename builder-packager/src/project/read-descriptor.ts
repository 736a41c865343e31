import { realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { decodeProject } from "libcnb/internal";
import { type ProjectToml, parseToml } from "libcnb/spec";
import { invalidConfig, withCode } from "../config/problems.ts";
import { readConfigFile } from "../config/read-file.ts";
import { CnbError } from "../errors.ts";
import { isWithin } from "../platform/output-paths.ts";
import { projectIssues } from "./project-issues.ts";
import { unknownProjectKeys } from "./unknown-project-keys.ts";

/** A project.toml and its location. */
export interface ProjectDescriptor {
  /** The path of the file for messages. */
  readonly file: string;
  /** The directory to which paths in the file are relative. */
  readonly dir: string;
  /**
   * The app's directory, which paths in the file must not leave. Undefined if the user named the
   * file.
   */
  readonly confinedTo?: string;
  readonly project: ProjectToml;
  /** Warnings about unused settings in the file. */
  readonly warnings: readonly string[];
}

/**
 * Reads the project.toml that `named` refers to, which must exist. Without `named`, reads the app's
 * own project.toml, if it exists.
 *
 * @throws CnbError PROJECT_INVALID, with file, line and column
 */
export async function readDescriptor(app: string, named: string | undefined): Promise<ProjectDescriptor | undefined> {
  if (named !== undefined) {
    const read = await readProject(named, "Check the path given with --descriptor.");
    return { file: named, dir: dirname(named), ...read };
  }
  const root = await realpath(app);
  const file = join(app, "project.toml");
  if (!(await isOwnFile(file, root))) return undefined;
  const read = await readProject(file, "Allow yourself to read the file, or pass another file with --descriptor.");
  return { file, dir: root, confinedTo: root, ...read };
}

/**
 * True if the app has this file. Refuses a link to a file outside of the app, which could reveal
 * its contents, and a pipe, which could block forever.
 */
async function isOwnFile(file: string, root: string): Promise<boolean> {
  const target = await realpath(file).catch(() => undefined);
  if (target === undefined) return false;
  if (isWithin(target, root) && (await stat(target)).isFile()) return true;
  throw new CnbError("PROJECT_INVALID", `${file} is not a regular file, or links to a file outside the application`, {
    hint: "Replace the file with a regular file, or pass another one with --descriptor.",
  });
}

/** @param hint the remedy for a file that cannot be read */
async function readProject(file: string, hint: string): Promise<Pick<ProjectDescriptor, "project" | "warnings">> {
  const source = await readConfigFile(file, {
    unreadable: (reason, cause) => new CnbError("PROJECT_INVALID", `cannot read ${file}: ${reason}`, { cause, hint }),
    tooLarge: (reason) => new CnbError("PROJECT_INVALID", `${file} ${reason}`, { hint: `Shorten ${file}.` }),
  });
  const project = parseProject(source, file);
  return { project, warnings: unknownProjectKeys(project, source, file) };
}

/**
 * Parses a project.toml of schema 0.1, 0.2 or 0.3. All errors are reported at once, with line and
 * column.
 *
 * @throws CnbError PROJECT_INVALID
 */
export function parseProject(source: string | Uint8Array, file: string): ProjectToml {
  const decoding = decodeProject(withCode("PROJECT_INVALID", () => parseToml(source, file)));
  const issues = decoding.issues ?? projectIssues(decoding.value);
  if (decoding.issues === undefined && issues.length === 0) return decoding.value;
  const hint = `Correct ${file}; its keys are those of https://buildpacks.io/docs/reference/config/project-descriptor.`;
  throw invalidConfig("PROJECT_INVALID", { file, source, issues, hint });
}
