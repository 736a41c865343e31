/** Anything the build plan calls by a name. */
export interface Named {
  readonly name: string;
}

/** One alternative of a build plan. `Require` is a request for a dependency: whatever its reader keeps of it. */
export interface PlanSections<Require extends Named = Named> {
  readonly provides: readonly Named[];
  readonly requires: readonly Require[];
}

/** What a buildpack's detect wrote: the preferred alternative and, in `or`, the further ones (spec rows 11, 12). */
export interface WrittenPlan<Require extends Named = Named> extends PlanSections<Require> {
  readonly or: readonly PlanSections<Require>[];
}

/** A plan that provides and requires nothing. */
export const emptyPlan = { provides: [], requires: [], or: [] } as const satisfies WrittenPlan;
