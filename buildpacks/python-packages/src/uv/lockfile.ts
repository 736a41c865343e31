import { isTable, stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";

/** The content of a `uv.lock`. */
export interface UvLock {
  /** The version of the format. Newer formats cannot be read. */
  readonly version: number;
  readonly requiresPython: string | undefined;
  /** The normalized names of the projects in the workspace; empty if there is no workspace. */
  readonly members: readonly string[];
  /** The dependency groups of a workspace whose root directory has no project. */
  readonly groups: Readonly<Record<string, readonly UvDependency[]>>;
  readonly packages: readonly UvPackage[];
}

/**
 * A version of a package in a `uv.lock`. A lockfile may contain several versions of a package, for
 * different machines.
 */
export interface UvPackage {
  readonly name: string;
  /** The version; `undefined` for a project whose build determines the version. */
  readonly version: string | undefined;
  readonly source: UvSource;
  readonly dependencies: readonly UvDependency[];
  readonly extras: Readonly<Record<string, readonly UvDependency[]>>;
  readonly groups: Readonly<Record<string, readonly UvDependency[]>>;
  /** The markers of the machines that use this version; empty for all machines. */
  readonly markers: readonly string[];
  readonly files: readonly { readonly name: string | undefined; readonly hash: string }[];
}

/** The source of a package: `{ kind: "registry", address: "https://…" }`. */
export interface UvSource {
  readonly kind: "registry" | "git" | "url" | "path" | "directory" | "editable" | "virtual" | "unknown";
  readonly address: string;
}

/**
 * A dependency of a package in a `uv.lock`. Version and source are present if the name alone is
 * ambiguous.
 */
export interface UvDependency {
  readonly name: string;
  readonly version: string | undefined;
  readonly source: UvSource | undefined;
  readonly marker: string | undefined;
  readonly extras: readonly string[];
}

/** Parses the tables of a `uv.lock`. Invalid parts are omitted. */
export function lockOf(table: s.Table): UvLock {
  const manifest = tableOf(table["manifest"]);
  return {
    version: Number(table["version"] ?? 1),
    requiresPython: stringOf(table["requires-python"]),
    members: textsOf(manifest["members"]),
    groups: dependencyLists(manifest["dependency-groups"]),
    packages: tablesOf(table["package"]).map(packageOf),
  };
}

const packageOf = (table: s.Table): UvPackage => ({
  name: stringOf(table["name"]) ?? "",
  version: stringOf(table["version"]),
  source: sourceOf(table["source"]) ?? { kind: "unknown", address: "" },
  dependencies: dependenciesOf(table["dependencies"]),
  extras: dependencyLists(table["optional-dependencies"]),
  groups: dependencyLists(table["dev-dependencies"]),
  markers: textsOf(table["resolution-markers"]),
  files: [...(isTable(table["sdist"]) ? [table["sdist"]] : []), ...tablesOf(table["wheels"])].flatMap(fileOf),
});

function fileOf(table: s.Table): UvPackage["files"] {
  const hash = stringOf(table["hash"]);
  const path = stringOf(table["filename"]) ?? stringOf(table["url"]) ?? stringOf(table["path"]);
  return hash === undefined ? [] : [{ name: path && fileName(path), hash }];
}

/** Returns the file name at the end of a path or URL. */
export function fileName(path: string): string {
  const name = path.replace(/[?#].*$/s, "").replace(/^.*\//s, "");
  // a name with a stray % is as it is
  return /%(?![\da-f]{2})/i.test(name) ? name : name.replace(/%2B/gi, "+").replace(/%21/g, "!");
}

const kinds = ["registry", "git", "url", "path", "directory", "editable", "virtual"] as const;

function sourceOf(value: unknown): UvSource | undefined {
  const table = tableOf(value);
  const kind = kinds.find((each) => typeof table[each] === "string");
  return kind && { kind, address: String(table[kind]) };
}

const dependencyLists = (value: unknown): Readonly<Record<string, readonly UvDependency[]>> =>
  Object.fromEntries(Object.entries(tableOf(value)).map(([name, list]) => [name, dependenciesOf(list)]));

const dependenciesOf = (value: unknown): readonly UvDependency[] =>
  tablesOf(value).map((table) => ({
    name: stringOf(table["name"]) ?? "",
    version: stringOf(table["version"]),
    source: sourceOf(table["source"]),
    marker: stringOf(table["marker"]),
    extras: textsOf(table["extra"]),
  }));

const tablesOf = (value: unknown): readonly s.Table[] => (Array.isArray(value) ? value.filter(isTable) : []);
