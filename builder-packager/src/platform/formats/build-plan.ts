import type { MemberKind, PlanEntry } from "libcnb/lifecycle-rules";
import * as v from "valibot";
import { limits } from "../../limits.ts";
import { anyCaseObject } from "../../schema.ts";
import { anyTomlTable } from "./toml.ts";

const named = anyCaseObject({ name: v.optional(v.string(), "") });
const require = anyCaseObject({
  name: v.optional(v.string(), ""),
  // The lifecycle refuses `requires.version` for every API.
  version: v.optional(
    v.pipe(
      v.string(),
      v.transform((version) => version || undefined),
    ),
  ),
  metadata: v.optional(anyTomlTable),
});
const sections = { provides: v.optional(v.array(named), []), requires: v.optional(v.array(require), []) };

/**
 * The schema of the build plan that a buildpack's detect writes: the preferred alternative and, in
 * `or`, the others.
 */
export const buildPlanSchema = anyCaseObject({ ...sections, or: v.optional(v.array(anyCaseObject(sections)), []) });

export type BuildPlan = v.InferOutput<typeof buildPlanSchema>;

/**
 * A requirement in a build plan: the name of a dependency, with the metadata that the requiring
 * buildpack wrote for it.
 */
export type Require = BuildPlan["requires"][number];

/**
 * The resolved build plan of the group (`plan.toml`): each entry has its requirements, and the
 * buildpacks that can provide it.
 */
export type ResolvedPlan = readonly PlanEntry<Require>[];

/** A build plan that provides and requires nothing. */
export const emptyPlan: BuildPlan = { provides: [], requires: [], or: [] };

/**
 * Returns the reason why the lifecycle would refuse a syntactically valid plan; undefined if it
 * would not.
 */
export function planProblem(plan: BuildPlan, { id, extension }: MemberKind): string | undefined {
  const alternatives = [plan, ...plan.or];
  const entries = alternatives.reduce((count, { provides, requires }) => count + provides.length + requires.length, 0);
  if (plan.or.length > limits.planAlternatives.most)
    return `the build plan has ${plan.or.length} alternatives, more than ${limits.planAlternatives.most}`;
  if (entries > limits.planEntries.most)
    return `the build plan has ${entries} entries, more than ${limits.planEntries.most}`;
  const requires = alternatives.flatMap((sections) => sections.requires);
  if (extension && requires.length > 0) return `extension ${id} outputs "requires" which is not allowed`;
  if (!requires.some(({ version }) => version)) return undefined;
  return `buildpack ${id} has a "version" key which is not supported. "metadata.version" should be used instead`;
}
