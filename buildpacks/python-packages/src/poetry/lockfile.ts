import { isTable, stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";
import { parseRequirement } from "../requirement/requirement.ts";
import { type Dependency, dependenciesOf } from "./dependencies.ts";

/** A package of a `poetry.lock`; there may be several of one name, for different machines. */
export interface PoetryPackage {
  readonly name: string;
  readonly version: string;
  /** The groups that need it; `undefined` in lockfiles of Poetry 1. */
  readonly groups: readonly string[] | undefined;
  /** The machines and extras that it is for: for all groups, or by group. */
  readonly markers: string | Readonly<Record<string, string>> | undefined;
  readonly files: readonly { readonly name: string | undefined; readonly hash: string }[];
  readonly dependencies: readonly Dependency[];
  /** Normalised names of the dependencies that an extra adds. */
  readonly extras: Readonly<Record<string, readonly string[]>>;
  readonly source: PoetrySource | undefined;
  /** A folder that the environment leads to, instead of a copy. */
  readonly isEditable: boolean;
}

/** The source of a package, if it is not the public index. */
export interface PoetrySource {
  /** `legacy` is another index. */
  readonly type: string;
  /** An address, or a path relative to the lockfile. */
  readonly url: string;
  /** The commit of a git repository. */
  readonly commit: string | undefined;
}

/** Parses the tables of a `poetry.lock`; invalid parts are omitted. */
export function packagesIn(table: Table): readonly PoetryPackage[] {
  // Poetry 1.4 and older have the files of all packages in one table
  const files = tableOf(tableOf(table["metadata"])["files"]);
  return tablesOf(table["package"]).map((each) => packageOf(each, files[stringOf(each["name"]) ?? ""]));
}

const packageOf = (table: Table, files: unknown): PoetryPackage => ({
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

function fileOf(table: Table): PoetryPackage["files"] {
  const hash = stringOf(table["hash"]);
  return hash === undefined ? [] : [{ name: stringOf(table["file"]), hash }];
}

const namesIn = (list: unknown): readonly string[] =>
  textsOf(list).flatMap((text) => parseRequirement(text)?.name ?? []);

function sourceOf(table: Table): PoetrySource | undefined {
  const [type, url] = [stringOf(table["type"]), stringOf(table["url"])];
  if (type === undefined || url === undefined) return undefined;
  return { type, url, commit: stringOf(table["resolved_reference"]) };
}

const textTable = (table: Table): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(table).filter((entry): entry is [string, string] => typeof entry[1] === "string"));

const tablesOf = (value: unknown): readonly Table[] => (Array.isArray(value) ? value.filter(isTable) : []);
