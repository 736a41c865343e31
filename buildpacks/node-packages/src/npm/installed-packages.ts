import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { PackageJson } from "@libcnb/node-app";
import { edgesOf, type LockfileEntry, lockfileEntries } from "./lockfile.ts";

/** A package in a `node_modules` directory, as recorded in npm's hidden lockfile there. */
interface InstalledPackage {
  /** The directory relative to the app, such as `node_modules/a/node_modules/@b/c`. */
  readonly path: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly license: string | undefined;
  /** Subresource integrity, such as `sha512-…`; absent for links and git dependencies. */
  readonly integrity: string | undefined;
  /** True if the package is only needed for development. */
  readonly isDev: boolean;
  /** True for a symbolic link to a directory of the app, such as a workspace. */
  readonly isLink: boolean;
}

/** The path of npm's hidden lockfile, relative to the app. */
export const hiddenLockfile = "node_modules/.package-lock.json";

/**
 * Reads the packages in npm's hidden lockfile. Entries outside `node_modules`, which are the app's
 * own workspaces, are omitted.
 */
export function installedPackages(lockfile: unknown): readonly InstalledPackage[] {
  return Object.entries(packageEntries(lockfile))
    .filter(([path]) => path.startsWith("node_modules/") || path.includes("/node_modules/"))
    .filter(([path]) => !/^\/|(?<![^/])\.*[^./][^/]*\/\.\.(\/|$)/.test(path)) // it may be removed; npm's own paths go up only first
    .map(([path, entry]) => ({
      path,
      name: stringOf(entry.name) ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version: stringOf(entry.version),
      license: stringOf(entry.license),
      integrity: stringOf(entry.integrity),
      isDev: entry.dev === true || entry.extraneous === true,
      isLink: entry.link === true,
    }));
}

/**
 * Returns the `node_modules` directories of the app and its workspaces, sorted. Directories nested
 * in packages are left out.
 */
export function modulesDirs(packages: readonly InstalledPackage[]): readonly string[] {
  const dirs = packages.map(({ path }) => path.slice(0, path.indexOf("node_modules") + "node_modules".length));
  return [...new Set(["node_modules", ...dirs])].toSorted();
}

/**
 * Returns all `node_modules` directories with installed packages. A nested directory precedes the
 * directory that contains it.
 */
export const nestedModulesDirs = (packages: readonly InstalledPackage[]): readonly string[] =>
  [...new Set(packages.map(({ path }) => path.slice(0, path.lastIndexOf("node_modules") + "node_modules".length)))]
    .toSorted()
    .toReversed();

/**
 * Returns npm's hidden lockfile in the form that `npm prune --omit=dev` creates. The URLs of
 * registry packages are left out, so that a mirror does not affect the image.
 */
export function productionLockfile(lockfile: unknown): unknown {
  const kept = Object.entries(packageEntries(lockfile)).filter(
    ([, entry]) => entry.dev !== true && entry.extraneous !== true,
  );
  return { ...tableOf(lockfile), packages: Object.fromEntries(kept.map(withoutAddress)) };
}

function withoutAddress([path, entry]: [string, Readonly<Record<string, unknown>>]) {
  const { resolved, ...rest } = entry;
  const isRegistry = typeof resolved === "string" && /^https?:/.test(resolved) && entry.integrity !== undefined;
  return [path, isRegistry ? rest : entry] as const;
}

function packageEntries(lockfile: unknown): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const packages = tableOf(tableOf(lockfile).packages);
  return Object.fromEntries(Object.entries(packages).map(([path, entry]) => [path, tableOf(entry)]));
}

type Entries = Readonly<Record<string, LockfileEntry>>;

/**
 * Returns npm's record of an installation. In it, all packages are marked as extraneous that a
 * workspace does not need at run time. The dependencies of the root are kept, because all
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

/**
 * Without development dependencies. The root has no workspaces, because a record of an installation
 * does not list them.
 */
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
