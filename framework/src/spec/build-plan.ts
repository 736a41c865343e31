import { defined, unlessEmpty } from "../defined.ts";
import { LibcnbError } from "../errors.ts";
import { decodeToml } from "./descriptor.ts";
import type { Table } from "./schemas/schema.ts";
import { anyTable, list, optional, string, table } from "./schemas/schema.ts";
import { formatToml } from "./schemas/toml.ts";

/** A dependency that a buildpack requires, with metadata for the provider. */
export interface Requirement {
  readonly name: string;
  readonly metadata: Table;
}

/** One alternative of the build plan, with dependencies by name. */
export interface BuildPlanAlternative {
  readonly provides: readonly string[];
  readonly requires: readonly Requirement[];
}

/** The build plan that detect writes: a list of alternatives in order of preference. */
export type BuildPlan = readonly BuildPlanAlternative[];

/**
 * Formats the build plan file. The first alternative is at the top level, and the others are in
 * `[[or]]`. The top level must not be empty, because the lifecycle would treat it as the preferred
 * alternative.
 *
 * @throws LibcnbError BUILD_PLAN_INVALID
 * @example `formatBuildPlan([{ provides: ["node"], requires: [] }])`
 */
export function formatBuildPlan(plan: BuildPlan): string {
  const [first, ...others] = plan.map(rawAlternative);
  return formatToml({ ...first, ...defined({ or: unlessEmpty(others) }) });
}

/**
 * Parses a build plan file: the top level first, then each `[[or]]`.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `parseBuildPlan(text, "plan.toml")[0]?.provides`
 */
export function parseBuildPlan(text: string, file: string): BuildPlan {
  const raw = decodeToml(schema, text, file);
  return [raw, ...(raw.or ?? [])].map(({ provides = [], requires = [] }) => ({
    provides: provides.map(({ name }) => name),
    requires: requires.map(({ name, metadata = {} }) => ({ name, metadata })),
  }));
}

const alternative = {
  provides: optional(list(table({ name: string }))),
  requires: optional(list(table({ name: string, metadata: optional(anyTable) }))),
} as const;
const schema = table({ ...alternative, or: optional(list(table(alternative))) });

function rawAlternative({ provides, requires }: BuildPlanAlternative): Table {
  return defined({
    provides: unlessEmpty(provides.map((name) => ({ name: checkName(name) }))),
    requires: unlessEmpty(requires.map(rawRequirement)),
  });
}

// never `version` together with `name`: the lifecycle refuses it for every API
function rawRequirement({ name, metadata }: Requirement): Table {
  return { name: checkName(name), ...defined({ metadata: Object.keys(metadata).length > 0 ? metadata : undefined }) };
}

function checkName(name: string): string {
  if (name !== "") return name;
  throw new LibcnbError("BUILD_PLAN_INVALID", "a dependency of the build plan has an empty name", {
    hint: 'Pass a name to each dependency(), for example dependency("node").',
  });
}
