import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { depthOf, isMatched } from "../yarn/glob.ts";
import type { Lockfile } from "./lockfile.ts";
import type { Workspace } from "./settings.ts";

/**
 * The workspace directories relative to the root, sorted: those in the lockfile, or else those that
 * match the patterns.
 */
export async function workspaceDirs(
  root: string,
  lockfile: Lockfile | undefined,
  { packages }: Workspace,
): Promise<readonly string[]> {
  const known = [...(lockfile?.importers.keys() ?? [])].filter(isInside);
  return known.length > 0 || packages.length === 0 ? known.toSorted() : foundIn(root, packages);
}

/** pnpm takes folders with a package.json; `!` leaves out. Not by Node's `globSync`: it takes forever for some patterns, and apps are untrusted. */
const foundIn = (root: string, packages: readonly string[]): readonly string[] =>
  foldersBelow(root, "", depthOf(packages))
    .filter((dir) => isMatched(dir, packages) && existsSync(join(root, dir, "package.json")))
    .toSorted();

function foldersBelow(root: string, below: string, depth: number): readonly string[] {
  if (depth === 0) return [];
  const entries = readdirSync(join(root, below), { withFileTypes: true });
  const folders = entries.filter((each) => each.isDirectory() && !notOurs.has(each.name)).map(({ name }) => name);
  return folders.flatMap((name) => {
    const dir = below === "" ? name : `${below}/${name}`;
    return [dir, ...foldersBelow(root, dir, depth - 1)];
  });
}

const notOurs: ReadonlySet<string> = new Set(["node_modules", ".git"]);

const isInside = (dir: string): boolean => !["", "."].includes(dir) && !/^(\/|\.\.(\/|$))|\/\.\.(\/|$)/.test(dir);
