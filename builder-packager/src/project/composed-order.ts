import type { Group, GroupElement, Order } from "libcnb/lifecycle-rules";
import { CnbError } from "../errors.ts";

/** An element of a group: a buildpack, or a placeholder for the builder's groups. */
export type OrderElement = GroupElement | "builder-order";

/** The buildpacks that the user or the app requests, with resolved versions. */
export interface ResolvedBuildpacks {
  readonly group: readonly OrderElement[];
  readonly pre: Group;
  readonly post: Group;
}

/**
 * Composes the groups for detection, as pack does. If `group` is not empty, it replaces the
 * builder's order, and its element `from=builder` inserts each of the builder's groups. Otherwise
 * `pre` and `post` are added before and after each of the builder's groups.
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
    throw new CnbError(
      "ARGUMENT_INVALID",
      '"from=builder" is used more than once in --buildpack or [[io.buildpacks.group]]',
      {
        hint: 'Remove every "from=builder" except one.',
      },
    );
  return builder.map((members) => [...elements.slice(0, at), ...members, ...elements.slice(at)]);
}
