import { inDir } from "@libcnb/app-kit/folders";
import { type PackageJson, readPackageJson } from "@libcnb/node-app";
import type { App } from "libcnb";

type Manifests = Readonly<Record<string, PackageJson>>;

/**
 * Reads the package.json files of a project and of its workspaces. The keys of the result are
 * directories; "" is the project. Workspaces may have their own workspaces.
 */
export async function readManifests(app: App, root: string): Promise<Manifests> {
  const manifest = await readPackageJson(app, root);
  if (manifest === undefined) return {};
  const found: Record<string, PackageJson> = { "": manifest };
  const pending: (readonly [string, PackageJson])[] = [["", manifest]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const [dir, each] of await workspacesOf(app, root, ...next)) {
      if (found[dir] !== undefined) continue;
      found[dir] = each;
      pending.push([dir, each]);
    }
  }
  return found;
}

async function workspacesOf(
  app: App,
  root: string,
  dir: string,
  { workspaces = [] }: PackageJson,
): Promise<readonly (readonly [string, PackageJson])[]> {
  const folders = await foldersBelow(app, inDir(root, dir), "", depthOf(workspaces));
  const matching = folders.filter((folder) => isMatched(folder, workspaces)).toSorted();
  const read = matching.map(async (folder) => {
    const path = inDir(dir, folder);
    return [path, await readPackageJson(app, inDir(root, path))] as const;
  });
  return (await Promise.all(read)).filter((each): each is [string, PackageJson] => each[1] !== undefined);
}

async function foldersBelow(app: App, top: string, below: string, depth: number): Promise<readonly string[]> {
  if (depth === 0) return [];
  const names = await app.list(inDir(top, below) || ".");
  const folders = names.filter((name) => name.endsWith("/") && !notOurs.has(name)).map((name) => name.slice(0, -1));
  const inner = folders.map(async (name) => {
    const path = inDir(below, name);
    return [path, ...(await foldersBelow(app, top, path, depth - 1))];
  });
  return (await Promise.all(inner)).flat();
}

const notOurs: ReadonlySet<string> = new Set(["node_modules/", ".git/", ".yarn/"]);

/**
 * True if a directory matches the patterns of `workspaces`: `packages/*`, `apps/**`, `{a,b}`. A
 * pattern with `!` excludes directories.
 *
 * @see https://classic.yarnpkg.com/lang/en/docs/workspaces/
 */
export function isMatched(dir: string, patterns: readonly string[]): boolean {
  const clean = patterns.map((pattern) => pattern.replace(/^(!?)(?:\.\/)+/, "$1").replace(/(?<!\/)\/+$/, ""));
  const wanted = clean.filter((pattern) => !pattern.startsWith("!"));
  const unwanted = clean.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  return wanted.some((each) => expression(each).test(dir)) && !unwanted.some((each) => expression(each).test(dir));
}

/** Returns the maximum directory depth of the paths that the patterns match. */
export const depthOf = (patterns: readonly string[]): number =>
  Math.max(0, ...patterns.map((each) => (each.includes("**") ? deepest : each.split("/").length)));

/** No real workspace is deeper, and a directory may contain a link to itself. */
const deepest = 12;

function expression(pattern: string): RegExp {
  // the same wildcard again and again means no more, and takes exponential time
  const plain = pattern.replace(/(?:\*\*\/)+/g, "**/").replace(/\*{2,}(?!\*|\/)/g, "**");
  const parts = plain.split(/(\*\*\/?|\*|\?|\{[^{}]*\})/).map((part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "**") return ".*";
    if (part === "*") return "[^/.][^/]*";
    if (part === "?") return "[^/]";
    if (/^\{.*\}$/.test(part)) return `(?:${part.slice(1, -1).split(",").map(escaped).join("|")})`;
    return escaped(part);
  });
  return new RegExp(`^${parts.join("")}$`);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
