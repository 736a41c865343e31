import { type DeclaredTarget, matchesTarget, type OrderMember, type Target } from "libcnb/spec";
import type { Problem } from "../finding.ts";

/** A group of an order, in the form of buildpack.toml and builder.toml. */
type Group = readonly Pick<OrderMember, "id" | "version" | "optional">[];

/** A function that returns the targets of a buildpack; undefined if the targets are not known. */
export type TargetsOf = (member: {
  readonly id: string;
  readonly version?: string | undefined;
}) => readonly DeclaredTarget[] | undefined;

/**
 * Reports groups of an order that can never pass, and members that never run.
 *
 * @param at the path of the order, such as `order`
 */
export function checkOrder(groups: readonly Group[], at: string, targetsOf: TargetsOf): readonly Problem[] {
  const earlier = new Map<string, { readonly index: number; readonly required: readonly boolean[] }[]>();
  return groups.flatMap((group, index) => {
    const path = `${at}[${index}]`;
    if (group.length === 0) return [never(`${path}.group`, "the group is empty and never passes")];
    const key = JSON.stringify(group.map(({ id, version = "" }) => [id, version]));
    const required = group.map(({ optional }) => !optional);
    const same = earlier.get(key) ?? [];
    const repeated = same.find((each) => each.required.every((isRequired, member) => !isRequired || required[member]));
    earlier.set(key, [...same.slice(0, 20), { index, required }]);
    const repetition =
      repeated === undefined
        ? []
        : [never(path, `${at}[${repeated.index}] passes whenever this group would pass, so it is never selected`)];
    return [...repetition, ...repeatedMembers(group, path), ...withoutTarget(group, path, targetsOf)];
  });
}

const never = (path: string, message: string): Problem => ({ rule: "order-never-matches", path, message });

function repeatedMembers(group: Group, path: string): readonly Problem[] {
  const seen = new Map<string, number>();
  return group.flatMap(({ id }, index): Problem[] => {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, index);
    if (first === undefined) return [];
    const message = `${id} is already group[${first}], so this entry is skipped`;
    return [{ ...never(`${path}.group[${index}]`, message), severity: "warning" }];
  });
}

const most = 200;

/** Reports a group whose required members have no target in common. */
function withoutTarget(group: Group, path: string, targetsOf: TargetsOf): readonly Problem[] {
  const required = group.filter(({ optional }) => !optional);
  const all = required
    .map((member) => ({ id: member.id, targets: targetsOf(member) ?? [] }))
    .filter(({ targets }) => targets.length > 0);
  if (all.length < 2 || all.some(({ targets }) => targets.length > most)) return [];
  const candidates = candidateTargets(all.flatMap(({ targets }) => targets));
  const isCommon = (target: Target) => all.every(({ targets }) => targets.some((each) => matchesTarget(each, target)));
  if (candidates.length > most || candidates.some(isCommon)) return [];
  return [never(path, `${all.map(({ id }) => id).join(", ")} have no target in common`)];
}

/** All combinations of the fields of some targets. */
function candidateTargets(targets: readonly DeclaredTarget[]): readonly Target[] {
  const valuesOf = (values: readonly (string | undefined)[], other: string) => [
    ...new Set([...values.filter((each) => each !== undefined && each !== "").map(String), other]),
  ];
  const systems = valuesOf(
    targets.map(({ os }) => os),
    "linux",
  );
  const architectures = valuesOf(
    targets.map(({ arch }) => arch),
    "amd64",
  );
  const variants = valuesOf(
    targets.map(({ variant }) => variant),
    "",
  );
  const listed = targets.flatMap(({ distros = [] }) =>
    distros.map((distro) => [JSON.stringify(distro), distro] as const),
  );
  const distros = [...new Map(listed).values()];
  return systems.flatMap((os) =>
    architectures.flatMap((arch) =>
      variants.flatMap((variant) =>
        (distros.length === 0 ? [undefined] : distros).map((distro): Target => {
          const platform = { os, arch };
          const exact = variant === "" ? platform : { ...platform, variant };
          return distro === undefined ? exact : { ...exact, distro };
        }),
      ),
    ),
  );
}
