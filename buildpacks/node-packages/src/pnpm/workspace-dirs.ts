import { globSync } from "node:fs";
import { dirname } from "node:path";
import type { Lockfile } from "./lockfile.ts";
import type { Workspace } from "./settings.ts";

/** Folders of the workspaces relative to the root, sorted: as the lockfile knows them, else those that the patterns fit. */
export async function workspaceDirs(
  root: string,
  lockfile: Lockfile | undefined,
  { packages }: Workspace,
): Promise<readonly string[]> {
  const known = [...(lockfile?.importers.keys() ?? [])].filter(isInside);
  return known.length > 0 || packages.length === 0 ? known.toSorted() : foundIn(root, packages);
}

/** pnpm takes folders with a package.json; `!` leaves out. */
function foundIn(root: string, packages: readonly string[]): readonly string[] {
  const wanted = packages.filter((each) => !each.startsWith("!")).map(manifestOf);
  const refused = packages.filter((each) => each.startsWith("!")).map((each) => manifestOf(each.slice(1)));
  const found = globSync(wanted, { cwd: root, exclude: ["**/node_modules/**", "**/.git/**", ...refused] });
  return [...new Set(found.map(dirname))].filter(isInside).toSorted();
}

const manifestOf = (pattern: string): string => `${pattern.replace(/\/+$/, "")}/package.json`;

const isInside = (dir: string): boolean => !["", "."].includes(dir) && !/^(\/|\.\.(\/|$))|\/\.\.(\/|$)/.test(dir);
