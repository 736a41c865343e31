import { normalizedName } from "@libcnb/python-app/distributions";
import type { LockedPackage } from "../package-manager.ts";
import { type MarkerValues, markerHolds } from "../requirement/marker.ts";
import type { PipenvLock, PipenvPackage } from "./lockfile.ts";
import { sectionOf } from "./pipfile.ts";

/**
 * A lockfile's records of the packages for this machine: those of some categories, and the others
 * as development.
 */
export async function lockedPackages(
  lock: PipenvLock,
  categories: readonly string[],
  values: MarkerValues["values"],
): Promise<readonly LockedPackage[]> {
  const sections = categories.map(sectionOf);
  const runtime = Object.entries(lock).flatMap(([section, packages]) => (sections.includes(section) ? packages : []));
  const names = new Set(runtime.map(({ name }) => normalizedName(name)));
  const others = Object.entries(lock).flatMap(([section, packages]) => (sections.includes(section) ? [] : packages));
  const here = await Promise.all(
    others.map(async (each) => ((await markerHolds(each.marker, { values })) ? [each] : [])),
  );
  const development = here.flat().filter(({ name }) => !names.has(normalizedName(name)));
  return [
    ...runtime.map((each) => lockedPackage(each, "runtime")),
    ...development.map((each) => lockedPackage(each, "development")),
  ];
}

const lockedPackage = (each: PipenvPackage, scope: LockedPackage["scope"]): LockedPackage => ({
  name: each.name,
  version: each.version,
  files: each.hashes.map((hash) => ({ name: undefined, hash })),
  scope,
  ...(each.source !== undefined && { source: each.source }),
});
