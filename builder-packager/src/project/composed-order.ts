import type { Group, GroupElement, Order } from "libcnb/lifecycle-rules";
import { CnbError } from "../errors.ts";

/** A place in a group: a buildpack, or the groups of the builder. */
export type OrderElement = GroupElement | "builder-order";

/** The requested buildpacks, with resolved versions. */
export interface ResolvedBuildpacks {
  readonly group: readonly OrderElement[];
  readonly pre: Group;
  readonly post: Group;
}

/**
 * The groups for detection, composed as in pack: requested buildpacks replace the builder's order,
 * in which `from=builder` inserts each of the builder's groups; without any, others are added
 * before and after each group.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function composedOrder(builder: Order, { group, pre, post }: ResolvedBuildpacks): Order {
  if (group.length > 0) return withDeclared(builder, group);
  // pack puts each of them before the ones that were named earlier.
  return builder.map((members) => [...pre.toReversed(), ...members, ...post]);
}

function withDeclared(builder: Order, group: readonly OrderElement[]): Order {
  const at = group.indexOf("builder-order");
  const elements = group.filter((resolved): resolved is GroupElement => resolved !== "builder-order");
  if (at < 0) return [elements];
  if (elements.length < group.length - 1)
    throw new CnbError("ARGUMENT_INVALID", "from=builder is given twice", {
      hint: "Name it once among the buildpacks.",
    });
  return builder.map((members) => [...elements.slice(0, at), ...members, ...elements.slice(at)]);
}
