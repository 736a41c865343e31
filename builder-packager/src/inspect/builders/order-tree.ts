import type { LabelledMember, ModuleLayers } from "../../config/module-labels.ts";
import { CnbError } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** A member of an order with the groups of its own order, if it is composite. */
export interface OrderMember {
  readonly id: string;
  readonly version?: string;
  readonly optional?: true;
  /** True if it contains itself; its groups are then not repeated. */
  readonly cyclic?: true;
  readonly groups: readonly OrderGroup[];
}

export type OrderGroup = readonly OrderMember[];

/** Composites multiply: an order of forty buildpacks could name more members than there is memory. */
const maxMembers = limits.orderMembers.most;
const maxDepth = limits.orderDepth.most;

/**
 * An order with the orders of its composite members down to `depth` levels of groups (default:
 * all).
 *
 * @throws CnbError LABEL_INVALID when it has no end worth showing.
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
    return { ...plain(member), ...(cyclic && { cyclic }), groups: groupsOf(nested, level + 1, [...above, key]) };
  };
  return groupsOf(order, 0, []);
}

/** Without a version it is the only one that there is. */
function factsOf(layers: ModuleLayers, { id, version }: LabelledMember) {
  const versions = Object.hasOwn(layers, id) ? (layers[id] ?? {}) : {};
  const [only, ...others] = Object.values(versions);
  if (version !== undefined) return Object.hasOwn(versions, version) ? versions[version] : undefined;
  return others.length === 0 ? only : undefined;
}

const plain = ({ id, version, optional }: LabelledMember) => ({
  id,
  ...(version !== undefined && { version }),
  ...(optional && { optional }),
});

const endless = (where: string): CnbError =>
  new CnbError("LABEL_INVALID", `the order of ${where} has more than ${maxMembers} members or ${maxDepth} levels`, {
    hint: "Show less of it with --depth.",
  });
