import { tableOf } from "@libcnb/app-kit/tables";

/** The fields of a package in npm's lockfile. */
export type LockfileEntry = Readonly<Record<string, unknown>>;

/**
 * Returns the entries of a lockfile of any version, or of npm's record of an installation, by
 * directory: `""` is the project, `node_modules/a/node_modules/b` a package, and `packages/c` a
 * workspace.
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
        ...(alias !== null && { name: alias[1] }),
        ...(isAddress ? { resolved: version, version: "" } : { version: alias?.[2] ?? version }),
        dependencies: tableOf(requires),
      },
    ];
    yield* nestedEntries(nested, path);
  }
}
