import type { Config } from "./config/fields.ts";
import type { PhaseContext } from "./context.ts";
import type { AnyDependency } from "./dependency.ts";
import type { BuildPlan, Requirement } from "./spec/build-plan.ts";

/** What detect gets. `Values`: the type of `config`. */
export interface DetectContext<Values = Config> extends PhaseContext<Values> {}

/** What detect answers. */
export type DetectResult =
  | { readonly outcome: "pass"; readonly plan: BuildPlan }
  | { readonly outcome: "fail"; readonly reason: string };

/** What the buildpack provides and requires if it passes. */
export interface DetectPlan {
  readonly provides?: readonly AnyDependency[];
  readonly requires?: readonly Requirement[];
}

/**
 * The buildpack takes part. Further arguments are alternatives in order of preference.
 *
 * @example
 * ```ts
 * const node = dependency("node", table({ version: optional(string) }));
 * const result = pass({ provides: [node], requires: [node.require({ version: "22" })] }, { provides: [node] });
 * ```
 */
export function pass(...alternatives: readonly DetectPlan[]): DetectResult {
  const plans = alternatives.length === 0 ? [{}] : alternatives;
  return {
    outcome: "pass",
    plan: plans.map(({ provides = [], requires = [] }: DetectPlan) => ({
      provides: provides.map(({ name }) => name),
      requires,
    })),
  };
}

/**
 * The buildpack does not apply to this application. The reason is for people, and there must be one: it is shown when no group of buildpacks
 * passes.
 *
 * @example `fail("no package.json in the application directory")`
 */
export function fail<Reason extends string>(reason: Reason extends "" ? never : Reason): DetectResult {
  return { outcome: "fail", reason };
}
