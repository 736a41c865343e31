import { lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { App } from "libcnb";

/** Folders that hold no source, wherever they are in the app. */
const never = new Set([".git", ".svn", ".hg", ".idea", ".vscode"]);

/**
 * Digests of the app's files, by top-level name: `pom.xml`, `src`, `web`. Tool outputs and the Git
 * history are excluded: a commit that changes no file does not cause a rebuild.
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

/** Where a link leads, which may be out of the app. */
function linkIn({ dir }: App, path: string): string | undefined {
  const file = join(dir, path);
  return lstatSync(file).isSymbolicLink() ? `${path} -> ${readlinkSync(file)}` : undefined;
}

/** What a path consists of without some folders in it. */
async function pathsWithout(app: App, path: string, outputs: readonly string[]): Promise<readonly string[]> {
  if (outputs.includes(path)) return [];
  if (linkIn(app, path) !== undefined) return [path];
  if (!outputs.some((output) => output.startsWith(`${path}/`))) return [path];
  const names = (await app.list(path)).map(plain);
  return (await Promise.all(names.map((name) => pathsWithout(app, `${path}/${name}`, outputs)))).flat();
}

/** The names of folders end in a slash. */
const plain = (name: string): string => name.replace(/\/$/, "");
