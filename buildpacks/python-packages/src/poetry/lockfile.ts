import { isTable, stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import { parseRequirement } from "../requirement/requirement.ts";
import { type Dependency, dependenciesOf } from "./dependencies.ts";

/**
 * A package in a `poetry.lock`. A lockfile may contain several packages with the same name, for
 * different machines.
 */
export interface PoetryPackage {
  readonly name: string;
  readonly version: string;
  /** The groups that need the package; `undefined` in lockfiles of Poetry 1. */
  readonly groups: readonly string[] | undefined;
  /** The markers for the machines and extras that need the package: for all groups, or by group. */
  readonly markers: string | Readonly<Record<string, string>> | undefined;
  readonly files: readonly { readonly name: string | undefined; readonly hash: string }[];
  readonly dependencies: readonly Dependency[];
  /** The normalized names of the dependencies that each extra adds. */
  readonly extras: Readonly<Record<string, readonly string[]>>;
  readonly source: PoetrySource | undefined;
  /** True if the environment links to the directory instead of containing a copy. */
  readonly isEditable: boolean;
}

/** The source of a package that is not from the public index. */
export interface PoetrySource {
  /** The type of the source. `legacy` is an index other than the public one. */
  readonly type: string;
  /** The URL, or a path relative to the lockfile. */
  readonly url: string;
  /** The commit of a git repository. */
  readonly commit: string | undefined;
}

/** Parses the tables of a `poetry.lock`. Invalid parts are omitted. */
export function packagesIn(table: s.Table): readonly PoetryPackage[] {
  // Poetry 1.4 and older have the files of all packages in one table
  const files = tableOf(tableOf(table["metadata"])["files"]);
  return tablesOf(table["package"]).map((each) => packageOf(each, files[stringOf(each["name"]) ?? ""]));
}

const packageOf = (table: s.Table, files: unknown): PoetryPackage => ({
  name: stringOf(table["name"]) ?? "",
  version: stringOf(table["version"]) ?? "",
  groups: Array.isArray(table["groups"]) ? textsOf(table["groups"]) : undefined,
  markers: stringOf(table["markers"]) ?? (isTable(table["markers"]) ? textTable(table["markers"]) : undefined),
  files: tablesOf(table["files"] ?? files).flatMap(fileOf),
  dependencies: dependenciesOf(table["dependencies"]),
  extras: Object.fromEntries(Object.entries(tableOf(table["extras"])).map(([name, list]) => [name, namesIn(list)])),
  source: sourceOf(tableOf(table["source"])),
  isEditable: table["develop"] === true,
});

function fileOf(table: s.Table): PoetryPackage["files"] {
  const hash = stringOf(table["hash"]);
  return hash === undefined ? [] : [{ name: stringOf(table["file"]), hash }];
}

const namesIn = (list: unknown): readonly string[] =>
  textsOf(list).flatMap((text) => parseRequirement(text)?.name ?? []);

function sourceOf(table: s.Table): PoetrySource | undefined {
  const [type, url] = [stringOf(table["type"]), stringOf(table["url"])];
  if (type === undefined || url === undefined) return undefined;
  return { type, url, commit: stringOf(table["resolved_reference"]) };
}

const textTable = (table: s.Table): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(table).filter((entry): entry is [string, string] => typeof entry[1] === "string"));

const tablesOf = (value: unknown): readonly s.Table[] => (Array.isArray(value) ? value.filter(isTable) : []);
