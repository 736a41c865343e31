import type { LabelledMember, ModuleLayers } from "../../config/module-labels.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/**
 * A member of a detection order. If the member is a composite buildpack, it also has the groups of
 * its own order.
 */
export interface OrderMember {
  readonly id: string;
  readonly version?: string;
  readonly optional?: true;
  /** True if the member contains itself. Its groups are then omitted. */
  readonly cyclic?: true;
  readonly groups: readonly OrderGroup[];
}

export type OrderGroup = readonly OrderMember[];

/**
 * The maximal number of members. Nested composite buildpacks multiply: an order of forty buildpacks
 * could have more members than fit in memory.
 */
const maxMembers = limits.orderMembers.most;
const maxDepth = limits.orderDepth.most;

/**
 * Expands a detection order with the orders of its composite members, down to `depth` levels of
 * groups (default: all).
 *
 * @throws CnbError LABEL_INVALID if the order has too many members or levels
 */
export function orderTree(
  order: readonly { readonly group: readonly LabelledMember[] }[],
  layers: ModuleLayers,
  { depth = Number.POSITIVE_INFINITY, where }: { readonly depth?: number; readonly where: string },
): readonly OrderGroup[] {
  let left = maxMembers;
  const groupsOf = (groups: typeof order, level: number, above: readonly string[]): OrderGroup[] =>
    level >= depth ? [] : groups.map(({ group }) => group.map((member) => memberOf(member, level, above)));
  const memberOf = (member: LabelledMember, level: number, above: readonly string[]): OrderMember => {
    left -= 1;
    if (left < 0 || level > maxDepth) throw endless(where);
    const key = `${member.id}@${member.version ?? ""}`;
    const cyclic = above.includes(key);
    const nested = cyclic ? [] : (factsOf(layers, member)?.order ?? []);
    return {
      ...plain(member),
      ...defined({ cyclic: cyclic || undefined }),
      groups: groupsOf(nested, level + 1, [...above, key]),
    };
  };
  return groupsOf(order, 0, []);
}

/**
 * The facts about a member. A member without a version is found if the image has exactly one
 * version.
 */
function factsOf(layers: ModuleLayers, { id, version }: LabelledMember) {
  const versions = Object.hasOwn(layers, id) ? (layers[id] ?? {}) : {};
  const [only, ...others] = Object.values(versions);
  if (version !== undefined) return Object.hasOwn(versions, version) ? versions[version] : undefined;
  return others.length === 0 ? only : undefined;
}

const plain = ({ id, version, optional }: LabelledMember) => ({
  id,
  ...defined({ version, optional: optional || undefined }),
});

const endless = (where: string): CnbError =>
  new CnbError("LABEL_INVALID", `the order of ${where} has more than ${maxMembers} members or ${maxDepth} levels`, {
    hint: "Show fewer levels, for example with --depth 2.",
  });
