import type { LockedPackage, Python } from "../package-manager.ts";
import { markerHolds } from "../requirement/marker.ts";
import { normalizedName } from "../requirement/name.ts";
import { parseRequirement } from "../requirement/requirement.ts";
import { activeExtras, type Holds, needed } from "./active-extras.ts";
import type { Distribution } from "./distribution.ts";

/** What installed packages need of each other: sorted names by name. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** The graph of what is installed: what the metadata say for this machine and for the extras that are asked for, and what the lockfile says. */
export async function graphOf(
  installed: readonly Distribution[],
  locked: readonly LockedPackage[],
  { markers }: Pick<Python, "markers">,
): Promise<Graph> {
  const holds: Holds = ({ marker }, extras) => markerHolds(marker, { values: markers, extras });
  const fromLock = Map.groupBy(locked, ({ name }) => normalizedName(name));
  const asked = locked.flatMap(({ dependencies = [] }) => dependencies);
  const extras = await activeExtras(installed, asked, holds);
  const there = new Set(installed.map(({ name }) => name));
  const edges = installed.map(async (each) => {
    const own = (await needed(each, extras.get(each.name) ?? [], holds)).map(({ name }) => name);
    const said = (fromLock.get(each.name) ?? []).flatMap(namesNeeded);
    return [each.name, namesAmong(there, each.name, [...own, ...said])] as const;
  });
  return new Map(await Promise.all(edges));
}

/** What the lockfile says that a package needs. */
export const namesNeeded = ({ dependencies = [] }: LockedPackage): readonly string[] =>
  dependencies.flatMap((text) => parseRequirement(text)?.name ?? []);

/** Names, each once, sorted, without the package's own: its extras are no packages. */
export const namesAmong = (there: ReadonlySet<string>, self: string, names: readonly string[]): readonly string[] =>
  [...new Set(names)].filter((name) => name !== self && there.has(name)).toSorted();
