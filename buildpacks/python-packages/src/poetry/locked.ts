import { defined } from "@libcnb/app-kit/defined";
import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import type { s } from "libcnb";
import type { LockedPackage } from "../package-manager.ts";
import { type MarkerValues, markerHolds } from "../requirement/marker.ts";
import { type Dependency, groupsOf, textOfDependency } from "./dependencies.ts";
import type { PoetryPackage, PoetrySource } from "./lockfile.ts";

/** A lockfile with its project, and the groups and extras to install. */
export interface LockSearch {
  readonly pyproject: s.Table;
  readonly packages: readonly PoetryPackage[];
  /** The groups to install, including `main`. */
  readonly groups: readonly string[];
  readonly extras: readonly string[];
  readonly values: MarkerValues["values"];
}

/**
 * Returns the packages of a lockfile for this machine: packages that are installed, and packages
 * that are only for development.
 */
export async function lockedPackages(search: LockSearch): Promise<readonly LockedPackage[]> {
  const development = await developmentPackages(search);
  const packages = search.packages.map((each) =>
    lockedPackage(each, development.has(each) ? "development" : "runtime"),
  );
  return [...itself(search.pyproject), ...packages];
}

/** The packages that only groups need which are not installed. */
async function developmentPackages(search: LockSearch): Promise<ReadonlySet<PoetryPackage>> {
  const others = Object.entries(groupsOf(search.pyproject)).filter(([name]) => !isWanted(name, search));
  const start = others.flatMap(([, dependencies]) => dependencies);
  const old = await reachable(
    search.packages.filter(({ groups }) => groups === undefined),
    start,
    search.values,
  );
  const found = await Promise.all(
    search.packages.map(async (each) => ((await isForOthers(each, search)) ? [each] : [])),
  );
  return new Set([...old, ...found.flat()]);
}

async function isForOthers({ groups = [], markers }: PoetryPackage, search: LockSearch): Promise<boolean> {
  const others = groups.filter((name) => !isWanted(name, search));
  const asked = { values: search.values, extras: search.extras };
  const holds = (group: string) => markerHolds(typeof markers === "string" ? markers : markers?.[group], asked);
  const here = await Promise.all(groups.map(async (name) => ((await holds(name)) ? [name] : [])));
  return here.flat().length > 0 && here.flat().every((name) => others.includes(name));
}

const isWanted = (name: string, { groups }: LockSearch): boolean =>
  groups.some((each) => normalizedName(each) === normalizedName(name));

function lockedPackage(each: PoetryPackage, scope: LockedPackage["scope"]): LockedPackage {
  const { name, version, files, dependencies, source } = each;
  const address = source && addressOf(source);
  return {
    name,
    version,
    files,
    scope,
    dependencies: dependencies.filter(({ isOptional }) => !isOptional).map(textOfDependency),
    ...defined({ source: address, role: each.isEditable ? ("workspace" as const) : undefined }),
  };
}

/** Returns the URL of a package without credentials; `undefined` for a package from an index. */
export function addressOf({ type, url, commit }: PoetrySource): string | undefined {
  if (type === "legacy") return undefined;
  const known = url.replace(/^([a-z+]+:\/\/)[^/?#]*@/i, "$1");
  if (type !== "git") return known;
  return `git+${known}${commit === undefined ? "" : `@${commit}`}`;
}

/** The project, with all that it names. */
function itself(pyproject: s.Table): readonly LockedPackage[] {
  const [project, poetry] = [tableOf(pyproject["project"]), tableOf(tableOf(pyproject["tool"])["poetry"])];
  const name = stringOf(project["name"]) ?? stringOf(poetry["name"]);
  if (name === undefined) return [];
  const version = stringOf(project["version"]) ?? stringOf(poetry["version"]);
  const dependencies = Object.values(groupsOf(pyproject)).flat().map(textOfDependency);
  return [{ name, version, files: [], scope: "runtime", role: "app", dependencies: [...new Set(dependencies)] }];
}

/**
 * The packages that some dependencies need, directly or indirectly. It is computed because
 * lockfiles of Poetry 1 do not record groups.
 */
async function reachable(
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

/** The dependencies of a package, including those of its requested extras. */
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
