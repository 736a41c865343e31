import { defined } from "../defined.ts";
import type { BaseBuilder } from "./images/base-builder.ts";
import { type BuilderModule, moduleKey } from "./modules/module.ts";
import type { BuilderToml, OrderGroup, OrderMember } from "./toml/builder-toml.ts";
import { cycleProblems } from "./toml/order-cycles.ts";

/** Modules by id; a member without a version means the only available one. */
type VersionsById = ReadonlyMap<string, readonly string[]>;

/** The order of a builder as in `/cnb/order.toml`, in which every member has a version. */
export interface ResolvedOrder {
  readonly order: readonly OrderGroup[];
  readonly orderExtensions: readonly OrderGroup[];
  readonly system?: { readonly pre: readonly OrderMember[]; readonly post: readonly OrderMember[] };
  /** One sentence for each member that the builder does not contain. */
  readonly problems: readonly string[];
}

/**
 * Resolves the version of every member of the orders in builder.toml, and checks the orders of
 * composite buildpacks.
 */
export function resolveOrder(
  config: BuilderToml,
  modules: readonly BuilderModule[],
  base?: BaseBuilder["layers"],
): ResolvedOrder {
  const problems: string[] = [];
  const buildpacks = versionsOf(modules, "buildpack", base);
  const extensions = versionsOf(modules, "extension", base);
  const resolve = (known: VersionsById, where: string) => (member: OrderMember) => {
    const found = versionFor(member, known);
    if ("problem" in found) problems.push(`${where}: ${found.problem}`);
    return "version" in found ? withVersion(member, found.version) : member;
  };
  const groups = (list: readonly OrderGroup[], known: VersionsById, where: string, of = "") =>
    list.map(({ group }, index) => ({ group: group.map(resolve(known, `${where}[${index}]${of}`)) }));
  const order = groups(config.order, buildpacks, "order");
  const orderExtensions = groups(config.orderExtensions, extensions, "order-extensions").map(({ group }) => ({
    group: group.map(({ optional: _always, ...member }) => member), // the lifecycle takes all of them as optional
  }));
  const system = config.system && {
    pre: config.system.pre.map(resolve(buildpacks, "system.pre")),
    post: config.system.post.map(resolve(buildpacks, "system.post")),
  };
  for (const module of modules) {
    const where = ` of ${moduleKey(module)}`;
    problems.push(...versionProblems(module.facts.order ?? [], where));
    groups(module.facts.order ?? [], buildpacks, "order", where);
  }
  problems.push(...cycleProblems(modules));
  return { order, orderExtensions, ...defined({ system }), problems };
}

/**
 * Checks the versions in a composite buildpack's order, which the lifecycle uses unchanged from the
 * layer.
 */
const versionProblems = (order: readonly OrderGroup[], of: string): string[] =>
  order.flatMap(({ group }, index) =>
    group
      .filter(({ version }) => version === undefined)
      .map(({ id }) => `order[${index}]${of}: ${id} has no version, but members of composite buildpacks must have one`),
  );

/** Puts id and version first, as is usual. */
const withVersion = ({ id, version: _given, ...rest }: OrderMember, version: string): OrderMember => ({
  id,
  version,
  ...rest,
});

/** The available versions, including those of a build image that is a builder. */
function versionsOf(
  modules: readonly BuilderModule[],
  kind: BuilderModule["kind"],
  base: BaseBuilder["layers"] | undefined,
): VersionsById {
  const inBase = Object.entries(base?.[kind] ?? {}).flatMap(([id, versions]) =>
    Object.keys(versions).map((version) => ({ id, version })),
  );
  const ids = Map.groupBy([...inBase, ...modules.filter((module) => module.kind === kind)], ({ id }) => id);
  return new Map([...ids].map(([id, list]) => [id, [...new Set(list.map(({ version }) => version))]]));
}

function versionFor({ id, version }: OrderMember, known: VersionsById): { version: string } | { problem: string } {
  const versions = known.get(id) ?? [];
  const [only, ...others] = versions;
  if (only === undefined)
    return { problem: `${id} is not in the builder (it has ${[...known.keys()].join(", ") || "none"})` };
  if (version === undefined && others.length > 0) {
    return { problem: `${id} needs a version, because the builder has ${versions.join(" and ")}` };
  }
  if (version !== undefined && !versions.includes(version)) {
    return { problem: `${id}@${version} is not in the builder (it has ${versions.join(" and ")})` };
  }
  return { version: version ?? only };
}
