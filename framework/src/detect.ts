import type { Config } from "./config/fields.ts";
import type { PhaseContext } from "./context.ts";
import type { AnyDependency } from "./dependency.ts";
import type { BuildPlan, Requirement } from "./spec/build-plan.ts";

/** The inputs of detect. `Values` is the type of `config`. */
export interface DetectContext<Values = Config> extends PhaseContext<Values> {}

/** The result of detect: `pass` with a build plan, or `fail` with a reason. */
export type DetectResult =
  | { readonly outcome: "pass"; readonly plan: BuildPlan }
  | { readonly outcome: "fail"; readonly reason: string };

/** The dependencies that a passing buildpack provides and requires. */
export interface DetectPlan {
  readonly provides?: readonly AnyDependency[];
  readonly requires?: readonly Requirement[];
}

/**
 * Passes detection. Further arguments are alternatives in order of preference.
 *
 * @example
 * ```ts
 * const node = dependency("node", s.table({ version: s.optional(s.string) }));
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
 * Fails detection: the buildpack does not apply to this app. The reason must not be empty and is
 * shown if no group passes.
 *
 * @example `fail("no package.json in the application directory")`
 */
export function fail<Reason extends string>(reason: Reason extends "" ? never : Reason): DetectResult {
  return { outcome: "fail", reason };
}
