import { defined } from "@libcnb/app-kit/defined";
import { stringOf, tableOf } from "@libcnb/app-kit/tables";

/** The fields of a package in npm's lockfile. */
export type LockfileEntry = Readonly<Record<string, unknown>>;

/**
 * Returns the entries of a lockfile of any version, or of npm's record of an installation. The keys
 * are directories: `""` is the project, `node_modules/a/node_modules/b` a package, and `packages/c`
 * a workspace.
 */
export function lockfileEntries(lockfile: unknown): Readonly<Record<string, LockfileEntry>> {
  const { packages, dependencies } = tableOf(lockfile);
  const entries = packages === undefined ? [...nestedEntries(dependencies, "")] : Object.entries(tableOf(packages));
  return Object.fromEntries(entries.map(([path, entry]) => [path, tableOf(entry)]));
}

// Before version 2: a tree of the directories, and the ranges of the dependencies as `requires`.
function* nestedEntries(dependencies: unknown, parent: string): Generator<readonly [string, LockfileEntry]> {
  for (const [name, value] of Object.entries(tableOf(dependencies))) {
    const path = `${parent === "" ? "" : `${parent}/`}node_modules/${name}`;
    const { requires, dependencies: nested, bundled, version, ...rest } = tableOf(value);
    const alias = /^npm:(.+)@([^@]+)$/.exec(String(version));
    const isAddress = /^[a-z+]+:/.test(String(version)) && alias === null;
    yield [
      path,
      {
        ...rest,
        ...defined({ name: alias?.[1], resolved: isAddress ? version : undefined }),
        version: isAddress ? "" : (alias?.[2] ?? version),
        dependencies: tableOf(requires),
      },
    ];
    yield* nestedEntries(nested, path);
  }
}

/** A dependency of a package, with the directory of the package that fulfills the dependency. */
export interface Edge {
  /** The dependency as written in the package.json: a range or URL. */
  readonly wanted: string;
  /** The directory of the package to which the dependency resolves. */
  readonly to: string;
}

/**
 * Resolves the dependencies of the package in a directory. Dependencies that are missing in the
 * lockfile, such as optional dependencies for other systems, are omitted.
 */
export function edgesOf(path: string, entries: Readonly<Record<string, LockfileEntry>>): readonly Edge[] {
  const wanted = wantedBy(path, entries[path] ?? {});
  const edges = Object.entries(wanted).flatMap(([name, range]) => {
    const to = resolve(name, path, entries);
    return to === undefined ? [] : [{ wanted: stringOf(range) ?? "", to }];
  });
  return path === "" ? [...edges, ...workspaces(entries)] : edges;
}

/** The app and its workspaces get the packages for development as well. */
function wantedBy(path: string, entry: LockfileEntry): Readonly<Record<string, unknown>> {
  const kinds = ["peerDependencies", "optionalDependencies", "dependencies"];
  const all = path.includes("node_modules/") ? kinds : ["devDependencies", ...kinds];
  return Object.assign({}, ...all.map((kind) => tableOf(entry[kind])));
}

/**
 * The directory in which Node.js finds a package: `node_modules` of the directory itself, or of the nearest one above it. Where a link
 * lies there, what it leads to.
 *
 * @see https://nodejs.org/api/modules.html#loading-from-node_modules-directories
 */
function resolve(name: string, from: string, entries: Readonly<Record<string, LockfileEntry>>): string | undefined {
  for (let dir = from; ; dir = dir.slice(0, Math.max(dir.lastIndexOf("/"), 0))) {
    const found = `${dir === "" ? "" : `${dir}/`}node_modules/${name}`;
    if (entries[found] !== undefined) return targetOf(found, entries[found]);
    if (dir === "") return undefined;
  }
}

const targetOf = (path: string, { link, resolved }: LockfileEntry): string =>
  link === true ? (stringOf(resolved) ?? path) : path;

/** npm installs all workspaces, as if the app depended on them. */
const workspaces = (entries: Readonly<Record<string, LockfileEntry>>): readonly Edge[] =>
  Object.entries(entries)
    .filter(([path, { link }]) => link === true && /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path))
    .map(([path, entry]) => ({ wanted: "", to: targetOf(path, entry) }));
