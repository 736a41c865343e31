import type { Package } from "../package-manager.ts";

/** `name@version`, by which packages name their dependencies. */
export const keyOf = ({ name, version }: Pick<Package, "name" | "version">): string => `${name}@${version}`;

/**
 * Each package once, sorted: a tree may contain one several times, for the app and for a
 * development tool. The strongest scope is used, and the dependencies are merged.
 */
export function merged(packages: readonly Package[]): readonly Package[] {
  const groups = Map.groupBy(packages, identity);
  return [...groups.keys()].toSorted().flatMap((key) => united(groups.get(key) ?? []));
}

// a package of the app itself and one of a registry may have one name and version; so may one of a git repository
const identity = (each: Package): string => JSON.stringify([keyOf(each), each.role ?? "", each.source ?? ""]);

const strength: readonly Package["scope"][] = ["runtime", "optional", "development"];

function united(group: readonly Package[]): readonly Package[] {
  const [first, ...others] = group;
  if (first === undefined) return [];
  const scope = strength.find((each) => group.some((member) => member.scope === each)) ?? first.scope;
  const dependencies = [...new Set(group.flatMap((member) => member.dependencies))].toSorted();
  return [{ ...Object.assign({}, ...others.toReversed(), first), scope, dependencies }];
}
