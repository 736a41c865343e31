import type { OrderMember } from "libcnb/spec";
import type { Problem } from "../finding.ts";
import type { Members } from "../members.ts";

/** The buildpacks that a builder.toml names: those in its order, and those in `[system]`. */
interface NamedBuildpacks {
  readonly order: readonly (readonly Pick<OrderMember, "id" | "version">[])[];
  readonly system: readonly Pick<OrderMember, "id">[];
}

/**
 * Reports members of a builder's order that are not among the builder's buildpacks. Nothing is
 * reported if an image or archive could contain the member, because its content is not read. Warns
 * about buildpacks that neither an order nor `[system]` names.
 */
export function checkBuilderMembers({ order, system }: NamedBuildpacks, members: Members): readonly Problem[] {
  const missing = order.flatMap((group, index) =>
    group.flatMap(({ id, version }, at): readonly Problem[] => {
      const versions = members.versions.get(id) ?? [];
      const path = `order[${index}].group[${at}]`;
      if (members.isOpen || (versions.length > 0 && (version === undefined || versions.includes(version)))) return [];
      if (versions.length === 0) return [mismatch(`${path}.id`, `none of the [[buildpacks]] is ${id}`)];
      return [
        mismatch(`${path}.version`, `${id} has the version ${versions.join(" or ")} in [[buildpacks]], not ${version}`),
      ];
    }),
  );
  const named = new Set([...order.flat(), ...system, ...members.nested].map(({ id }) => id));
  const lost = members.dependencies.flatMap((found, index): readonly Problem[] => {
    if (found === undefined) return [];
    const path = `buildpacks[${index}]`;
    if ("reason" in found) return [mismatch(path, found.reason)];
    return named.has(found.id) ? [] : [{ ...mismatch(path, `no order names ${found.id}`), severity: "warning" }];
  });
  return [...missing, ...lost];
}

const mismatch = (path: string, message: string): Problem => ({ rule: "composite-mismatch", path, message });
