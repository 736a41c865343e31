import { type Group, type GroupElement, type MemberKind, nameOf, sameMember } from "./group.ts";
import type { NamedEntry, PlanSections, WrittenPlan } from "./written-plan.ts";

/** A buildpack that passed detection, with its plan. */
export interface Participant<Require extends NamedEntry = NamedEntry> {
  readonly element: GroupElement;
  readonly plan: WrittenPlan<Require>;
}

/** An entry of the build plan: a name with all its providers and requirements. */
export interface PlanEntry<Require extends NamedEntry = NamedEntry> {
  readonly providers: readonly GroupElement[];
  readonly requires: readonly Require[];
}

/**
 * The resolved plan of a group, or the reasons why it cannot be resolved: one line per tried
 * alternative.
 */
export type Resolution<Require extends NamedEntry = NamedEntry> =
  | { readonly outcome: "resolved"; readonly group: Group; readonly plan: readonly PlanEntry<Require>[] }
  | { readonly outcome: "unresolved"; readonly reasons: readonly string[] };

interface Option<Require extends NamedEntry> {
  readonly element: GroupElement;
  readonly sections: PlanSections<Require>;
}

/**
 * Dependencies by name: `early` ones are required before they are provided, `unused` ones are
 * provided after the last requirement.
 */
interface Dependency<Require extends NamedEntry> {
  readonly providers: GroupElement[];
  readonly requires: Require[];
  readonly early: GroupElement[];
  unused: GroupElement[];
}

/**
 * The maximum number of plan entries to examine. A limit is necessary because the number of
 * combinations grows exponentially with the members: three plans with 1,000 alternatives each have
 * 10⁹ combinations. Real groups need some hundred entries. Reaching the limit takes one to three
 * seconds.
 */
export const mostEntriesTried = 1_000_000;
/**
 * The number of plan entries that all groups of an order may still examine.
 *
 * @example `const budget: PlanBudget = { entries: 1000 }`
 */
export interface PlanBudget {
  entries: number;
}

/** The limit of reasons for a group that does not resolve. */
const mostReasons = 100;

/**
 * Resolves the build plan of a group. Tries the alternatives of all participants depth first, in
 * order of preference, until one combination provides everything that it requires and requires
 * everything that it provides (spec section 4.2). Fails after examining 1,000,000 entries.
 *
 * @example
 * `resolvePlan([{ element: { id: "acme/node", version: "1.0.0" }, plan: emptyPlan }]).outcome // "resolved"`
 */
export function resolvePlan<Require extends NamedEntry>(
  participants: readonly Participant<Require>[],
  budget: PlanBudget = { entries: mostEntriesTried },
): Resolution<Require> {
  const reasons = new Set<string>();
  for (const attempt of combinations(participants)) {
    const resolved = attemptGroup(attempt, budget);
    if (typeof resolved !== "string") return resolved;
    if (budget.entries < 0) return { outcome: "unresolved", reasons: [...reasons, tooMany] };
    if (reasons.size < mostReasons) reasons.add(resolved);
  }
  return { outcome: "unresolved", reasons: [...reasons] };
}

const tooMany = `the build plans have too many alternatives: gave up after ${mostEntriesTried.toLocaleString("en")} entries`;

const entriesIn = (attempt: readonly Option<NamedEntry>[]): number =>
  attempt.reduce((count, { sections: { provides, requires } }) => count + 1 + provides.length + requires.length, 0);

function* combinations<Require extends NamedEntry>(
  participants: readonly Participant<Require>[],
  prefix: readonly Option<Require>[] = [],
): Generator<readonly Option<Require>[]> {
  const [first, ...rest] = participants;
  if (!first) return yield prefix;
  for (const option of optionsOf(first)) yield* combinations(rest, [...prefix, option]);
}

/**
 * Only the last alternative of an optional buildpack can be dropped: the earlier ones count as
 * required (lifecycle quirk).
 */
function optionsOf<Require extends NamedEntry>({ element, plan }: Participant<Require>): readonly Option<Require>[] {
  return [plan, ...plan.or].map((sections, index) => ({
    element: { ...element, optional: Boolean(element.optional) && index === plan.or.length },
    sections,
  }));
}

function attemptGroup<Require extends NamedEntry>(
  start: readonly Option<Require>[],
  budget: PlanBudget,
): Resolution<Require> | string {
  let attempt = start;
  for (;;) {
    budget.entries -= entriesIn(attempt);
    if (budget.entries < 0) return tooMany;
    const dependencies = dependenciesOf(attempt);
    const problems = problemsOf(dependencies);
    const fatal = problems.find(({ element }) => !element.optional);
    if (fatal) return fatal.text;
    if (problems.length === 0)
      return attempt.some(({ element }) => !element.extension)
        ? resolved(attempt, dependencies)
        : "no viable buildpacks in group";
    const dropped = new Set(problems.map(({ element }) => element));
    attempt = attempt.filter(({ element }) => !dropped.has(element));
  }
}

function dependenciesOf<Require extends NamedEntry>(
  attempt: readonly Option<Require>[],
): ReadonlyMap<string, Dependency<Require>> {
  const dependencies = new Map<string, Dependency<Require>>();
  const entry = (name: string) => {
    const found = dependencies.get(name) ?? { providers: [], requires: [], early: [], unused: [] };
    dependencies.set(name, found);
    return found;
  };
  for (const { element, sections } of attempt) {
    for (const { name } of sections.provides) entry(name).unused.push(element);
    for (const require of sections.requires) addRequire(entry(require.name), element, require);
  }
  return dependencies;
}

function addRequire<Require extends NamedEntry>(
  entry: Dependency<Require>,
  element: GroupElement,
  require: Require,
): void {
  entry.providers.push(...entry.unused);
  entry.unused = [];
  if (entry.providers.length === 0) entry.early.push(element);
  else entry.requires.push(require);
}

function problemsOf(dependencies: ReadonlyMap<string, Dependency<NamedEntry>>) {
  return [...dependencies].flatMap(([name, { early, unused }]) => [
    ...early.map((element) => ({
      element,
      text: `${nameOf(element)} requires ${name}, which nothing before it provides`,
    })),
    ...unused.map((element) => ({
      element,
      text: `${nameOf(element)} provides ${name}, which nothing after it requires`,
    })),
  ]);
}

function resolved<Require extends NamedEntry>(
  attempt: readonly Option<Require>[],
  dependencies: ReadonlyMap<string, Dependency<Require>>,
): Resolution<Require> {
  return {
    outcome: "resolved",
    group: attempt.map(({ element }) => withoutOptional(element)),
    plan: [...dependencies.values()].map(({ providers, requires }) => ({
      providers: providers.map(withoutOptional),
      requires,
    })),
  };
}

function withoutOptional({ optional: _, ...element }: GroupElement): GroupElement {
  return element;
}

/**
 * Returns the entries of a buildpack plan: all requirements of names that this member provides
 * (docs/conformance.md, row 23).
 *
 * @example `planFor([{ providers: [{ id: "acme/node", version: "1.0.0" }], requires: [{ name: "node" }] }], { id: "acme/node" }) // [{ name: "node" }]`
 */
export function planFor<Require extends NamedEntry>(
  plan: readonly PlanEntry<Require>[],
  member: MemberKind,
): readonly Require[] {
  return plan
    .filter(({ providers }) => providers.some((provider) => sameMember(provider, member)))
    .flatMap(({ requires }) => requires);
}

/**
 * Returns the plan without the entries that a buildpack met. Later providers do not get these
 * entries (docs/conformance.md, row 24).
 *
 * @example `withoutMet([{ providers: [], requires: [{ name: "node" }] }], ["node"]) // []`
 */
export function withoutMet<Require extends NamedEntry>(
  plan: readonly PlanEntry<Require>[],
  met: readonly string[],
): readonly PlanEntry<Require>[] {
  const names = new Set(met);
  return plan.filter(({ requires }) => !requires.some(({ name }) => names.has(name)));
}
