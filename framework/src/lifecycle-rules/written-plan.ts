/** An element of the build plan that is identified by a name. */
export interface NamedEntry {
  readonly name: string;
}

/** One alternative of a build plan. `Require` is the type of a requirement. */
export interface PlanSections<Require extends NamedEntry = NamedEntry> {
  readonly provides: readonly NamedEntry[];
  readonly requires: readonly Require[];
}

/**
 * The build plan as written by detect: the preferred alternative and, in `or`, all others
 * (docs/conformance.md, rows 11 and 12).
 */
export interface WrittenPlan<Require extends NamedEntry = NamedEntry> extends PlanSections<Require> {
  readonly or: readonly PlanSections<Require>[];
}

/** A plan that provides and requires nothing. */
export const emptyPlan = { provides: [], requires: [], or: [] } as const satisfies WrittenPlan;
