import { defined } from "@libcnb/app-kit/defined";
import type { LockedPackage } from "../package-manager.ts";
import type { Selection } from "../project/selection.ts";
import { markerHolds } from "../requirement/marker.ts";
import { parseRequirement } from "../requirement/requirement.ts";
import type { PdmLock, PdmPackage } from "./lockfile.ts";

/** The criteria for selecting packages of a lockfile: groups, extras and the machine. */
export interface LockSearch {
  readonly selection: Selection;
  /** All development groups of the project. */
  readonly developmentGroups: readonly string[];
  /** The values of PEP 508 markers. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Returns the packages of a lockfile for a machine: installed packages, and packages that are only
 * for development.
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
  // lockfiles of before PDM 2.11 do not tell: what is not installed is not listed then
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
