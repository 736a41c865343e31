import { defined } from "@libcnb/app-kit/defined";
import { isTable, stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import type { s } from "libcnb";
import type { LockedPackage } from "../package-manager.ts";
import type { Selection } from "../project/selection.ts";
import { markerHolds } from "../requirement/marker.ts";
import { parseRequirement } from "../requirement/requirement.ts";

/** The content of a `pdm.lock`. */
export interface PdmLock {
  /** The version of the format: `4.5.1`. */
  readonly version: string;
  /** The names of groups and extras with locked packages. `default` names the main dependencies. */
  readonly groups: readonly string[];
  readonly packages: readonly PdmPackage[];
}

/** A package, or the additional dependencies of one of its extras. */
interface PdmPackage {
  /** The normalized name. */
  readonly name: string;
  readonly version: string | undefined;
  /** The groups to which the package belongs; empty in older lockfiles. */
  readonly groups: readonly string[];
  readonly marker: string | undefined;
  /** The dependencies in PEP 508 notation. */
  readonly dependencies: readonly string[];
  readonly files: readonly { readonly name: string | undefined; readonly hash: string }[];
  /** A directory relative to the project whose code is used in place. */
  readonly editable: string | undefined;
  /** A directory or archive that is copied, relative to the project. */
  readonly path: string | undefined;
  /** The URL of a package that is not from an index, without credentials. */
  readonly source: string | undefined;
}

/** Parses the tables of a `pdm.lock`. Invalid parts are omitted. */
export function lockOf(table: s.Table): PdmLock {
  const metadata = tableOf(table["metadata"]);
  return {
    version: stringOf(metadata["lock_version"]) ?? "",
    groups: textsOf(metadata["groups"]),
    packages: (Array.isArray(table["package"]) ? table["package"] : []).filter(isTable).map(packageOf),
  };
}

function packageOf(table: s.Table): PdmPackage {
  const path = stringOf(table["path"]);
  const isEditable = table["editable"] === true;
  return {
    name: normalizedName(stringOf(table["name"]) ?? ""),
    version: stringOf(table["version"]),
    groups: textsOf(table["groups"]),
    marker: stringOf(table["marker"]),
    dependencies: textsOf(table["dependencies"]),
    files: (Array.isArray(table["files"]) ? table["files"] : []).filter(isTable).flatMap(fileOf),
    editable: isEditable ? path : undefined,
    path: isEditable ? undefined : path,
    source: sourceOf(table),
  };
}

function fileOf(table: s.Table): PdmPackage["files"] {
  const [hash, path] = [stringOf(table["hash"]), stringOf(table["file"]) ?? stringOf(table["url"])];
  return hash === undefined ? [] : [{ name: path?.replace(/[?#].*$/s, "").replace(/^.*\//s, ""), hash }];
}

function sourceOf(table: s.Table): string | undefined {
  const [git, url, path] = ["git", "url", "path"].map((key) => stringOf(table[key]));
  const revision = stringOf(table["revision"]);
  const address =
    (git === undefined ? (url ?? path) : `git+${git}${revision === undefined ? "" : `@${revision}`}`) ?? "";
  return address.replace(/^([a-z+]+:\/\/)(?=[^/]*\/)[^/?#]*@/i, "$1") || undefined;
}

/** The criteria for selecting packages of a lockfile: groups, extras and the machine. */
interface LockSearch {
  readonly selection: Selection;
  /** All development groups of the project. */
  readonly developmentGroups: readonly string[];
  /** The values of PEP 508 markers. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Returns the packages of a lockfile for a machine: packages that are installed, and packages that
 * are only for development.
 */
export async function lockedPackages({ packages }: PdmLock, asked: LockSearch): Promise<readonly LockedPackage[]> {
  const fitting: PdmPackage[] = [];
  for (const each of packages) if (await markerHolds(each.marker, { values: asked.values })) fitting.push(each);
  const named = Map.groupBy(fitting, ({ name }) => name);
  const found = [...named.values()].map((entries) => lockedPackage(entries, asked));
  return (await Promise.all(found)).flat();
}

/** A package has an entry of its own, and one for each list of extras. */
async function lockedPackage(entries: readonly PdmPackage[], asked: LockSearch): Promise<readonly LockedPackage[]> {
  const [first] = entries;
  const scope = scopeOf(new Set(entries.flatMap(({ groups }) => groups)), asked);
  if (first === undefined || scope === undefined) return [];
  const dependencies = await namedBy(entries, asked.values);
  const { name, version, files, source } = first;
  return [{ name, version, files, scope, dependencies, ...defined({ source }) }];
}

function scopeOf(
  groups: ReadonlySet<string>,
  { selection, developmentGroups }: LockSearch,
): LockedPackage["scope"] | undefined {
  // lockfiles of versions before PDM 2.11 do not record this: packages that are not installed are not listed then
  if (groups.size === 0 || ["default", ...selection.groups, ...selection.extras].some((each) => groups.has(each)))
    return "runtime";
  return developmentGroups.some((each) => groups.has(each)) ? "development" : undefined;
}

async function namedBy(entries: readonly PdmPackage[], values: LockSearch["values"]): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const text of entries.flatMap(({ dependencies }) => dependencies)) {
    const requirement = parseRequirement(text);
    // the entry for extras names the package itself
    if (requirement === undefined || requirement.name === entries[0]?.name) continue;
    const { name, extras, marker } = requirement;
    if (await markerHolds(marker, { values })) names.add(extras.length === 0 ? name : `${name}[${extras.join()}]`);
  }
  return [...names].sort();
}
