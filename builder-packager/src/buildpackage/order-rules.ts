import { isSource, moduleKey, type PackagedModule, type SourceModule } from "./module.ts";

type Module = SourceModule | PackagedModule;
type Identity = { readonly id: string; readonly version?: string | undefined };

/**
 * Finds errors in the orders of a package. The function reports the same errors as pack: members
 * without a version, members missing in the package, and modules (buildpacks and extensions) that
 * no order names. Unlike pack, it also reports cyclic orders, which the lifecycle would follow
 * endlessly.
 *
 * @param sources the location of each module in package.toml, by the module's key
 */
export function orderIssues(
  main: SourceModule,
  modules: readonly Module[],
  sources: ReadonlyMap<string, string>,
): string[] {
  const others = modules.filter((module) => moduleKey(module) !== moduleKey(main));
  const named = new Set(modules.flatMap(orderOf).map(moduleKey));
  return [
    ...modules.flatMap((module) => orderOf(module).flatMap((member) => memberIssue(module, member, others))),
    ...others
      .filter((module) => !named.has(moduleKey(module)) && !named.has(module.id)) // by its id, where a version is missing
      .map(moduleKey)
      .map((key) => `${key} is not in the order of ${moduleKey(main)}${sourceSuffix(sources.get(key))}`),
    ...circleIssue(modules),
  ];
}

const sourceSuffix = (source: string | undefined): string => (source === undefined ? "" : ` (dependency ${source})`);

function orderOf(module: Module): readonly Identity[] {
  if (isSource(module)) return module.descriptor.order.flat();
  return (module.facts.order ?? []).flatMap(({ group }): readonly Identity[] => group);
}

function memberIssue(of: Module, member: Identity, modules: readonly Module[]): string[] {
  const versions = modules.filter(({ id }) => id === member.id).map(({ version }) => version);
  const where = ` in the order of ${moduleKey(of)}`;
  if (member.version === undefined) return [`${member.id}${where} has no version${suggested(versions)}`];
  if (versions.includes(member.version)) return [];
  const instead = versions.length > 0 ? `, which has only ${versions.join(", ")}` : "";
  return [`${moduleKey(member)}${where} is not in the package${instead}`];
}

const suggested = (versions: readonly string[]): string => (versions[0] ? `; the package has ${versions[0]}` : "");

function circleIssue(modules: readonly Module[]): string[] {
  const orders = new Map(modules.map((module) => [moduleKey(module), orderOf(module).map(moduleKey)]));
  const seen = new Set<string>();
  for (const key of orders.keys()) {
    const circle = circleFrom([key], orders, seen);
    if (circle) return [`the orders form a cycle: ${circle.join(" → ")}`];
  }
  return [];
}

/**
 * The first path that leads back to one of its modules (buildpacks and extensions). Visited modules
 * are in no cycle.
 */
function circleFrom(
  way: readonly string[],
  orders: ReadonlyMap<string, readonly string[]>,
  seen: Set<string>,
): readonly string[] | undefined {
  const key = way.at(-1) ?? "";
  const start = way.indexOf(key);
  if (start < way.length - 1) return way.slice(start);
  if (seen.has(key)) return undefined;
  for (const next of orders.get(key) ?? []) {
    const circle = circleFrom([...way, next], orders, seen);
    if (circle) return circle;
  }
  seen.add(key);
  return undefined;
}
