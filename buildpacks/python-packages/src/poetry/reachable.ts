import { normalizedName } from "@libcnb/python-app/distributions";
import { type MarkerValues, markerHolds } from "../requirement/marker.ts";
import type { Dependency } from "./dependencies.ts";
import type { PoetryPackage } from "./lockfile.ts";

/**
 * The packages that some dependencies need, directly or indirectly. It is computed because
 * lockfiles of Poetry 1 do not record groups.
 */
export async function reachable(
  packages: readonly PoetryPackage[],
  start: readonly Dependency[],
  values: MarkerValues["values"],
): Promise<ReadonlySet<PoetryPackage>> {
  const byName = Map.groupBy(packages, ({ name }) => normalizedName(name));
  const found = new Set<PoetryPackage>();
  const seen = new Set<string>();
  const waiting = [...start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const key = `${next.name}[${next.extras.join()}]${next.marker}`;
    if (seen.has(key) || !(await markerHolds(next.marker, { values }))) continue;
    seen.add(key);
    for (const each of byName.get(next.name) ?? []) {
      found.add(each);
      waiting.push(...(await neededBy(each, next.extras, values)));
    }
  }
  return found;
}

/** What a package needs, and what the extras of it that are asked for add. */
async function neededBy(
  { dependencies, extras }: PoetryPackage,
  asked: readonly string[],
  values: MarkerValues["values"],
): Promise<readonly Dependency[]> {
  const added = new Set(asked.flatMap((extra) => (Object.hasOwn(extras, extra) ? (extras[extra] ?? []) : [])));
  const wanted = dependencies.filter(({ name, isOptional }) => !isOptional || added.has(name));
  const holding = await Promise.all(
    wanted.map(async (each) => ((await markerHolds(each.marker, { values, extras: asked })) ? [each] : [])),
  );
  // the marker has been asked with the extras
  return holding.flat().map((each) => ({ ...each, marker: undefined }));
}
