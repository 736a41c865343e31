import { type Group, type GroupElement, nameOf, type Order, sameMember } from "./group.ts";
import { type Participant, type PlanEntry, resolvePlan } from "./trials.ts";
import { emptyPlan, type Named, type WrittenPlan } from "./written-plan.ts";

/** What became of one run of bin/detect. */
export interface DetectRun<Require extends Named = Named> {
  /** 0 passed, 100 failed, -1 it could not run or wrote a plan that cannot be read; anything else is its own error. */
  readonly code: number;
  /** stdout and stderr together. */
  readonly output: string;
  readonly plan: WrittenPlan<Require>;
  readonly error?: string;
}

/** What the order needs to know of a buildpack. */
export interface OrderedBuildpack {
  readonly api: string;
  readonly homepage?: string | undefined;
  /** Not empty: a composite buildpack. */
  readonly order: Order;
}

/**
 * A composite buildpack contains itself.
 *
 * @example `error instanceof EndlessOrder`
 */
export class EndlessOrder extends Error {
  override readonly name = "EndlessOrder";
}

/** What the order needs of the world. Each `id@version` is looked up and run once at most. */
export interface DetectHost<Descriptor extends OrderedBuildpack, Require extends Named> {
  lookup(element: GroupElement): Promise<Descriptor>;
  run(element: GroupElement, descriptor: Descriptor): Promise<DetectRun<Require>>;
  /** Why the buildpack cannot serve this target; a required one then fails its group. */
  targetMismatch(descriptor: Descriptor): string | undefined;
  /** Whether the buildpack takes part in this execution environment. */
  runsInExecEnv(descriptor: Descriptor): boolean;
}

/** A group that was tried without success: what each member said, and why the plan did not resolve. */
export interface FailedGroup {
  readonly members: readonly { readonly element: GroupElement; readonly run: DetectRun }[];
  readonly reasons: readonly string[];
}

export type Detection<Require extends Named = Named> =
  | {
      readonly outcome: "detected";
      readonly group: Group;
      readonly plan: readonly PlanEntry<Require>[];
      readonly tried: number;
    }
  | { readonly outcome: "undetected"; readonly errored: boolean; readonly failures: readonly FailedGroup[] };

type Attempt<Require extends Named> = Detection<Require> & { readonly failures?: readonly FailedGroup[] };

/**
 * Finds the first group of the order whose required members all pass and whose build plan resolves (spec section 4.1).
 * Members of one group run at the same time. Image extensions, if there are any, stand before each group.
 *
 * @throws EndlessOrder where a composite buildpack contains itself
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
export async function detectOrder<Descriptor extends OrderedBuildpack, Require extends Named>(
  order: Order,
  host: DetectHost<Descriptor, Require>,
  { extensions = [] }: { readonly extensions?: Order } = {},
): Promise<Detection<Require>> {
  const runs = new Map<string, Promise<DetectRun<Require>>>();
  const run = (element: GroupElement, start: () => Promise<DetectRun<Require>>) => {
    const key = keyOf(element);
    const known = runs.get(key) ?? start();
    runs.set(key, known);
    return known;
  };
  const refuse = (element: GroupElement, error: string) =>
    void runs.set(keyOf(element), Promise.resolve({ code: -1, output: "", plan: emptyPlan, error }));
  const search = { host, run, refuse, path: [] };
  const before = asExtensions(extensions);
  return firstOf(order, (group) =>
    before.length === 0 ? tryGroup(search, group, []) : tryOrder(search, before, [], group, true),
  );
}

const keyOf = (element: GroupElement): string => `${element.extension ? "extension " : ""}${nameOf(element)}`;

/** They stand before each group, and any of them may fail. */
const asExtensions = (order: Order): Order =>
  order.map((group) => group.map((element) => ({ ...element, extension: true, optional: true })));

interface Search<Descriptor extends OrderedBuildpack, Require extends Named> {
  readonly host: DetectHost<Descriptor, Require>;
  readonly run: (element: GroupElement, start: () => Promise<DetectRun<Require>>) => Promise<DetectRun<Require>>;
  /** Also what ran before as an optional member counts as an error then, in all groups to come: so does the lifecycle. */
  readonly refuse: (element: GroupElement, error: string) => void;
  /** Composite buildpacks that are being resolved. The lifecycle recurses without end where one contains itself. */
  readonly path: readonly string[];
}

async function tryOrder<Descriptor extends OrderedBuildpack, Require extends Named>(
  search: Search<Descriptor, Require>,
  order: Order,
  done: readonly GroupElement[],
  next: Group,
  optional: boolean,
): Promise<Attempt<Require>> {
  const tried = await firstOf(order, (group) => tryGroup(search, [...group, ...next], done));
  if (tried.outcome === "detected" || !optional) return tried;
  const skipped = await tryGroup(search, next, done);
  return skipped.outcome === "detected" ? skipped : { ...skipped, failures: [...tried.failures, ...skipped.failures] };
}

async function firstOf<Require extends Named>(
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

async function tryGroup<Descriptor extends OrderedBuildpack, Require extends Named>(
  search: Search<Descriptor, Require>,
  group: Group,
  before: readonly GroupElement[],
): Promise<Attempt<Require>> {
  const done = [...before];
  for (const [index, element] of group.entries()) {
    if (done.some((member) => sameMember(member, element))) continue;
    const descriptor = await search.host.lookup(element);
    if (descriptor.order.length > 0) {
      const inside = { ...search, path: enterComposite(search.path, element) };
      return tryOrder(inside, descriptor.order, done, group.slice(index + 1), Boolean(element.optional));
    }
    const known = {
      ...element,
      api: descriptor.api,
      ...(descriptor.homepage ? { homepage: descriptor.homepage } : {}),
    };
    if (startMember(search, known, descriptor)) done.push(known);
  }
  return settle(search, done);
}

function enterComposite(path: readonly string[], element: GroupElement): readonly string[] {
  const name = nameOf(element);
  // The same composite may stand twice in one group; only deep repetition means that it contains itself.
  if (path.filter((entry) => entry === name).length < 8) return [...path, name];
  throw new EndlessOrder(`composite buildpack ${name} contains itself: ${[...new Set(path)].join(" → ")}`);
}

/** Starts bin/detect in the background. False: the member is passed over without a word, even a required one. */
function startMember<Descriptor extends OrderedBuildpack, Require extends Named>(
  { host, run, refuse }: Search<Descriptor, Require>,
  element: GroupElement,
  descriptor: Descriptor,
): boolean {
  const mismatch = host.targetMismatch(descriptor);
  if (mismatch && !element.optional) {
    refuse(element, mismatch);
    return true;
  }
  // An optional member that does not match the target runs all the same (lifecycle quirk, spec row X12).
  if (!host.runsInExecEnv(descriptor)) return false;
  void run(element, () => host.run(element, descriptor)).catch(() => undefined);
  return true;
}

async function settle<Descriptor extends OrderedBuildpack, Require extends Named>(
  { run }: Search<Descriptor, Require>,
  done: readonly GroupElement[],
): Promise<Attempt<Require>> {
  const never = () => Promise.reject(new Error("every member of a group is started before it is settled"));
  const members = await Promise.all(done.map(async (element) => ({ element, run: await run(element, never) })));
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
  const resolution = resolvePlan(participants);
  if (resolution.outcome === "unresolved") return failed(resolution.reasons, false);
  return { outcome: "detected", group: resolution.group, plan: resolution.plan, tried: done.length };
}
