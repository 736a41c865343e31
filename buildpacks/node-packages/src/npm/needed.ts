import { tableOf } from "@libcnb/app-kit/tables";
import type { PackageJson } from "@libcnb/node-app";
import { type LockfileEntry, lockfileEntries } from "./lockfile.ts";
import { edgesOf } from "./resolve.ts";

type Entries = Readonly<Record<string, LockfileEntry>>;

/**
 * Returns npm's record of an installation, with all packages marked as extraneous that one
 * workspace does not need at run time. The root's dependencies count as needed, because all
 * workspaces can use them.
 */
export function neededBy(
  workspace: string,
  lockfile: unknown,
  manifests: Readonly<Record<string, PackageJson>>,
): unknown {
  const recorded = lockfileEntries(lockfile);
  const needed = reachable(["", workspace], withManifests(recorded, manifests));
  const packages = Object.entries(recorded).map(([path, entry]) => {
    const target = entry.link === true ? String(entry.resolved) : path;
    return [path, needed.has(target) ? entry : { ...entry, extraneous: true }] as const;
  });
  return { ...tableOf(lockfile), packages: Object.fromEntries(packages) };
}

/** Without development dependencies; the root without its workspaces, of which a record of an installation says nothing. */
const withManifests = (entries: Entries, manifests: Readonly<Record<string, PackageJson>>): Entries => ({
  ...entries,
  ...Object.fromEntries(
    Object.entries(manifests).map(([dir, { table }]) => {
      const { devDependencies: _, ...rest } = { ...entries[dir], ...table };
      return [dir, rest];
    }),
  ),
});

function reachable(from: readonly string[], entries: Entries): ReadonlySet<string> {
  const found = new Set(from);
  for (const path of found) // grows while it is read
    for (const { to } of edgesOf(path, entries)) if (path !== "" || isWanted(entries[path], to, entries)) found.add(to);
  return found;
}

const isWanted = (root: LockfileEntry | undefined, to: string, entries: Entries): boolean =>
  ["dependencies", "optionalDependencies"].some((kind) =>
    Object.keys(tableOf(root?.[kind])).some((name) => {
      const entry = entries[`node_modules/${name}`];
      return to === (entry?.link === true ? entry.resolved : `node_modules/${name}`);
    }),
  );
