import { hash } from "node:crypto";
import { lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { type App, type CreateReason, explainReason, type FieldChange, type s, type Target } from "libcnb";
import type { Project, Tool } from "../build-tool.ts";

/**
 * The cache key of a build: digests and versions of its inputs. Builds with equal keys have equal
 * results.
 */
export interface ApplicationKey {
  readonly format: number;
  readonly tool: string;
  readonly jdk: string;
  readonly target: string;
  readonly inputs: s.Table;
}

/** Counted up when what is made of what was built changes. */
const format = 1;

/** Computes the cache key of a build. @param source digests of the files of the app */
export const applicationKeyOf = (
  { inputs, jdk }: Project,
  {
    title,
    tool,
    source,
    target,
  }: { title: string; tool: Tool; source: Readonly<Record<string, string>>; target: Target },
): ApplicationKey => ({
  format,
  tool: `${title} ${tool.version}`,
  jdk: jdk.version,
  target: `${target.os} ${target.arch}`,
  inputs: digests({ ...source, ...inputs }),
});

const digests = (texts: Readonly<Record<string, string>>): s.Table =>
  Object.fromEntries(
    Object.entries(texts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, text]) => [name, hash("sha256", text).slice(0, 16)]), // enough against chance, and short
  );

/** Directories that hold no source, wherever they are in the app. */
const never = new Set([".git", ".svn", ".hg", ".idea", ".vscode"]);
/**
 * Computes the digests of the app's files, one for each top-level name: `pom.xml`, `src`, `web`.
 * Tool outputs and the Git history are excluded, so that a commit that does not change a file does
 * not cause a rebuild.
 *
 * @param outputs directories of tool output, relative to the app, to exclude
 */
export async function sourceDigests(app: App, outputs: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const tops = (await app.list()).map(plain).filter((name) => !never.has(name) && !outputs.includes(name));
  const digests = await Promise.all(tops.map(async (name) => digestOf(app, name, outputs)));
  return Object.fromEntries(tops.map((name, index) => [name, digests[index] ?? ""]));
}

async function digestOf(app: App, name: string, outputs: readonly string[]): Promise<string> {
  const paths = await pathsWithout(app, name, outputs);
  const files = paths.filter((path) => linkIn(app, path) === undefined);
  const links = paths.flatMap((path) => linkIn(app, path) ?? []);
  // without a path it would be that of the whole app
  return [files.length === 0 ? "" : await app.digest(...files), ...links].join("\n");
}

/** A link with its target, which may be outside of the app; undefined for other files. */
function linkIn({ dir }: App, path: string): string | undefined {
  const file = join(dir, path);
  return lstatSync(file).isSymbolicLink() ? `${path} -> ${readlinkSync(file)}` : undefined;
}

/** The paths that make up a path without the given directories in it. */
async function pathsWithout(app: App, path: string, outputs: readonly string[]): Promise<readonly string[]> {
  if (outputs.includes(path)) return [];
  if (linkIn(app, path) !== undefined) return [path];
  if (!outputs.some((output) => output.startsWith(`${path}/`))) return [path];
  const names = (await app.list(path)).map(plain);
  return (await Promise.all(names.map((name) => pathsWithout(app, `${path}/${name}`, outputs)))).flat();
}

/** The names of directories end in a slash. */
const plain = (name: string): string => name.replace(/\/$/, "");

/** Describes in a log message why the build tool runs. Digests are not part of the message. */
export function whyBuilt(reason: CreateReason): string {
  if (reason.kind === "rejected") return reason.reason;
  return reason.kind === "metadata-changed" ? shortened(reason.changes.map(changeInWords)) : explainReason(reason);
}

/**
 * Shortens the list of changes: for an app that changed everywhere, the first ones are sufficient.
 */
const shortened = (words: readonly string[]): string =>
  words.length <= 4 ? words.join(", ") : `${words.slice(0, 3).join(", ")} and ${words.length - 3} more`;

function changeInWords(change: FieldChange): string {
  const name = change.field.replace(/^inputs\./, "");
  if (change.field === "format") return "this version of the buildpack builds applications differently";
  if (change.from === undefined) return `${name} added`;
  if (change.to === undefined) return `${name} removed`;
  return name === change.field ? explainReason({ kind: "metadata-changed", changes: [change] }) : `${name} changed`;
}
