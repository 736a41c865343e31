import { defined } from "../defined.ts";
import { type Group, type GroupElement, nameOf, type Order, sameMember } from "./group.ts";
import { type Member, MemberRuns, startOrder } from "./member-runs.ts";
import { mostEntriesTried, type Participant, type PlanBudget, type PlanEntry, resolvePlan } from "./plan-resolution.ts";
import { emptyPlan, type NamedEntry, type WrittenPlan } from "./written-plan.ts";

/** The result of one run of bin/detect. */
export interface DetectRun<Require extends NamedEntry = NamedEntry> {
  /**
   * The exit code. 0 means passed, 100 failed, and -1 that it could not run or wrote an unreadable
   * plan. Any other code is an error of the buildpack.
   */
  readonly code: number;
  /** The combined stdout and stderr. */
  readonly output: string;
  readonly plan: WrittenPlan<Require>;
  readonly error?: string;
}

/** The fields of a buildpack's descriptor that detection reads. */
export interface OrderedBuildpack {
  readonly api: string;
  readonly homepage?: string | undefined;
  /** The order of a composite buildpack; empty for any other. */
  readonly order: Order;
}

/** The limit of groups, including those of composite buildpacks, whose number grows exponentially. */
const mostGroups = 10_000;

/**
 * The error for a composite buildpack that contains itself, or for an order with more than 10,000
 * groups. Groups of composite buildpacks are included in that number.
 *
 * @example `error instanceof EndlessOrder`
 */
export class EndlessOrder extends Error {
  override readonly name = "EndlessOrder";
}

/** The operations that detection needs. Each `id@version` is looked up and run at most once. */
export interface DetectHost<Descriptor extends OrderedBuildpack, Require extends NamedEntry> {
  lookup(element: GroupElement): Promise<Descriptor>;
  run(element: GroupElement, descriptor: Descriptor): Promise<DetectRun<Require>>;
  /**
   * Returns the reason why the buildpack does not support the target; undefined if it does. A group
   * fails if it requires a buildpack that does not support the target.
   */
  targetMismatch(descriptor: Descriptor): string | undefined;
  /** True if the buildpack takes part in this execution environment. */
  runsInExecEnv(descriptor: Descriptor): boolean;
}

/**
 * A group that failed: the output of each member, and the reason why the plan could not be
 * resolved.
 */
export interface FailedGroup {
  readonly members: readonly { readonly element: GroupElement; readonly run: DetectRun }[];
  readonly reasons: readonly string[];
}

export type Detection<Require extends NamedEntry = NamedEntry> =
  | {
      readonly outcome: "detected";
      readonly group: Group;
      readonly plan: readonly PlanEntry<Require>[];
      readonly tried: number;
    }
  | { readonly outcome: "undetected"; readonly errored: boolean; readonly failures: readonly FailedGroup[] };

type Attempt<Require extends NamedEntry> = Detection<Require> & { readonly failures?: readonly FailedGroup[] };

/** Options for {@link detectOrder}, which finds the group that passes detection. */
export interface DetectOptions {
  /** The order of image extensions. Image extensions come before the buildpacks of each group. */
  readonly extensions?: Order;
  /** The maximal number of members that run at once. @default all members of a group */
  readonly atOnce?: number;
}

/**
 * Finds the first group of the order whose required members all pass and whose build plan resolves.
 * Members of a group run concurrently. If a required member fails, members of its group that have
 * not started only run if no group is found, so that the user sees all results.
 *
 * @throws EndlessOrder if a composite buildpack contains itself, or the groups are too many
 * @example
 * ```ts
 * const detection = await detectOrder([[{ id: "acme/node", version: "1.0.0" }]], {
 *   lookup: async () => ({ api: "0.10", order: [] }),
 *   run: async () => ({ code: 0, output: "", plan: emptyPlan }),
 *   targetMismatch: () => undefined,
 *   runsInExecEnv: () => true,
 * });
 * ```
 */
export async function detectOrder<Descriptor extends OrderedBuildpack, Require extends NamedEntry>(
  order: Order,
  host: DetectHost<Descriptor, Require>,
  { extensions = [], atOnce = Number.POSITIVE_INFINITY }: DetectOptions = {},
): Promise<Detection<Require>> {
  const runs = new MemberRuns<DetectRun<Require>>(atOnce);
  const isCommon = commonTo(order);
  const before = asExtensions(extensions);
  const search = (isThorough: boolean) => {
    const state = {
      host,
      runs,
      isCommon,
      isThorough,
      refused: new Map(),
      path: [],
      budget: { groups: mostGroups, entries: mostEntriesTried },
    };
    return firstOf(order, (group) =>
      before.length === 0 ? tryGroup(state, group, []) : tryOrder(state, before, [], group, true),
    );
  };
  const found = await search(false);
  if (found.outcome === "undetected") return search(true);
  await runs.ended();
  return found;
}

/** Members in all groups. */
function commonTo(order: Order): (element: GroupElement) => boolean {
  const names = order.map((group) => new Set(group.map(keyOf)));
  return (element) => names.every((each) => each.has(keyOf(element)));
}

const keyOf = (element: GroupElement): string => `${element.extension ? "extension " : ""}${nameOf(element)}`;

/** Marks members as extensions: they precede each group, and any of them may fail. */
const asExtensions = (order: Order): Order =>
  order.map((group) => group.map((element) => ({ ...element, extension: true, optional: true })));

interface Search<Descriptor extends OrderedBuildpack, Require extends NamedEntry> {
  readonly host: DetectHost<Descriptor, Require>;
  readonly runs: MemberRuns<DetectRun<Require>>;
  readonly isCommon: (element: GroupElement) => boolean;
  /** True to also run members that a failed group does not need. */
  readonly isThorough: boolean;
  /**
   * Buildpacks that already failed as optional members: they count as errors in all later groups,
   * as in the lifecycle.
   */
  readonly refused: Map<string, Omit<DoneMember<Require>, "element">>;
  /**
   * Composite buildpacks that are being resolved. The lifecycle recurses endlessly if one contains
   * itself.
   */
  readonly path: readonly string[];
  /** The numbers of groups and plan entries that may still be tried. */
  readonly budget: PlanBudget & { groups: number };
}

type DoneMember<Require extends NamedEntry> = Member<DetectRun<Require>>;

async function tryOrder<Descriptor extends OrderedBuildpack, Require extends NamedEntry>(
  search: Search<Descriptor, Require>,
  order: Order,
  done: readonly DoneMember<Require>[],
  next: Group,
  optional: boolean,
): Promise<Attempt<Require>> {
  const tried = await firstOf(order, (group) => tryGroup(search, [...group, ...next], done));
  if (tried.outcome === "detected" || !optional) return tried;
  const skipped = await tryGroup(search, next, done);
  return skipped.outcome === "detected" ? skipped : { ...skipped, failures: [...tried.failures, ...skipped.failures] };
}

async function firstOf<Require extends NamedEntry>(
  order: Order,
  attemptAt: (group: Group) => Promise<Attempt<Require>>,
): Promise<Attempt<Require>> {
  const failures: FailedGroup[] = [];
  let errored = false;
  for (const group of order) {
    const attempt = await attemptAt(group);
    if (attempt.outcome === "detected") return attempt;
    errored ||= attempt.errored;
    failures.push(...attempt.failures);
  }
  return { outcome: "undetected", errored, failures };
}

async function tryGroup<Descriptor extends OrderedBuildpack, Require extends NamedEntry>(
  search: Search<Descriptor, Require>,
  group: Group,
  before: readonly DoneMember<Require>[],
): Promise<Attempt<Require>> {
  if (--search.budget.groups < 0) throw new EndlessOrder(`the order has more than ${mostGroups} groups`);
  const done = [...before];
  for (const [index, element] of group.entries()) {
    if (done.some((member) => sameMember(member.element, element))) continue;
    const descriptor = await search.host.lookup(element);
    if (descriptor.order.length > 0) {
      const inside = { ...search, path: enterComposite(search.path, element) };
      return tryOrder(inside, descriptor.order, done, group.slice(index + 1), Boolean(element.optional));
    }
    const known = {
      ...element,
      api: descriptor.api,
      ...defined({ homepage: descriptor.homepage || undefined }),
    };
    const member = memberOf(search, known, descriptor);
    if (member) done.push(member);
  }
  return resolveNames(search, done);
}

function enterComposite(path: readonly string[], element: GroupElement): readonly string[] {
  const name = nameOf(element);
  // The same composite may be in one group twice. Only deep repetition means that it contains itself.
  if (path.filter((entry) => entry === name).length < 8) return [...path, name];
  throw new EndlessOrder(`composite buildpack ${name} contains itself: ${[...new Set(path)].join(" → ")}`);
}

/** The member to run; undefined if it is silently skipped, even a required one. */
function memberOf<Descriptor extends OrderedBuildpack, Require extends NamedEntry>(
  { host, refused }: Search<Descriptor, Require>,
  element: GroupElement,
  descriptor: Descriptor,
): DoneMember<Require> | undefined {
  const key = keyOf(element);
  const mismatch = host.targetMismatch(descriptor);
  if (mismatch && !element.optional) refused.set(key, refusal(key, mismatch));
  // An optional member that does not match the target runs all the same (lifecycle quirk, spec row X12).
  else if (!host.runsInExecEnv(descriptor)) return undefined;
  return { key, start: () => host.run(element, descriptor), ...refused.get(key), element };
}

/** The result in place of a run. */
const refusal = (key: string, error: string) => ({
  key: `refused ${key}`,
  start: () => Promise.resolve({ code: -1, output: "", plan: emptyPlan, error }),
});

/** A required member has failed; the others need not run. */
const unfit = { outcome: "undetected", errored: false, failures: [] } as const;

async function resolveNames<Descriptor extends OrderedBuildpack, Require extends NamedEntry>(
  { runs, isCommon, isThorough, budget }: Search<Descriptor, Require>,
  done: readonly DoneMember<Require>[],
): Promise<Attempt<Require>> {
  if (!isThorough && !(await runs.pass(startOrder(done, isCommon)))) return unfit;
  const members = await runs.complete(done);
  const failed = (reasons: readonly string[], errored: boolean): Attempt<Require> => ({
    outcome: "undetected",
    errored,
    failures: [{ members, reasons }],
  });
  const blocking = members.filter(({ element, run }) => run.code !== 0 && !element.optional);
  if (blocking.length > 0)
    return failed(
      [],
      members.some(({ run }) => run.code !== 0 && run.code !== 100),
    );
  const participants: Participant<Require>[] = members
    .filter(({ run }) => run.code === 0)
    .map(({ element, run }) => ({ element, plan: run.plan }));
  if (participants.every(({ element }) => element.extension)) return failed(["no viable buildpacks in group"], false);
  const resolution = resolvePlan(participants, budget);
  if (resolution.outcome === "unresolved") return failed(resolution.reasons, false);
  return { outcome: "detected", group: resolution.group, plan: resolution.plan, tried: done.length };
}
