import type { LockedPackage, Python } from "../package-manager.ts";
import { markerHolds } from "../requirement/marker.ts";
import { parseRequirement } from "../requirement/requirement.ts";
import { activeExtras, type Holds, needed } from "./active-extras.ts";
import type { Distribution } from "./distribution.ts";

/** The dependencies between installed packages: sorted names by name. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** The graph of installed packages, from the metadata for this machine and the requested extras. */
export async function graphOf(
  installed: readonly Distribution[],
  locked: readonly LockedPackage[],
  { markers }: Pick<Python, "markers">,
): Promise<Graph> {
  const holds: Holds = ({ marker }, extras) => markerHolds(marker, { values: markers, extras });
  const asked = locked.flatMap(({ scope, dependencies = [] }) => (scope === "development" ? [] : dependencies));
  const extras = await activeExtras(installed, asked, holds);
  const there = new Set(installed.map(({ name }) => name));
  const edges = installed.map(async (each) => {
    const names = (await needed(each, extras.get(each.name) ?? [], holds)).map(({ name }) => name);
    return [each.name, namesAmong(there, each.name, names)] as const;
  });
  return new Map(await Promise.all(edges));
}

/** The dependencies of a package in the lockfile. */
export const namesNeeded = ({ dependencies = [] }: LockedPackage): readonly string[] =>
  dependencies.flatMap((text) => parseRequirement(text)?.name ?? []);

/** Unique sorted names, without the package's own, because its extras are not packages. */
export const namesAmong = (there: ReadonlySet<string>, self: string, names: readonly string[]): readonly string[] =>
  [...new Set(names)].filter((name) => name !== self && there.has(name)).toSorted();
