import { decodeToml } from "./descriptor.ts";
import { anyTable, list, optional, string, type Table, table } from "./schemas/schema.ts";
import { formatToml } from "./schemas/toml.ts";

/**
 * One entry of the buildpack plan: a dependency that this buildpack provides and a buildpack of the
 * group requires.
 */
export interface BuildpackPlanEntry {
  readonly name: string;
  readonly metadata: Table;
}

const schema = table({ entries: optional(list(table({ name: string, metadata: optional(anyTable) }))) });

/**
 * Reads the buildpack plan, the input of build. Several entries can have the same name. The entries
 * are in the order of the group.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `parseBuildpackPlan(text, file)[0]?.name`
 */
export function parseBuildpackPlan(source: string | Uint8Array, file: string): readonly BuildpackPlanEntry[] {
  const { entries = [] } = decodeToml(schema, source, file);
  return entries.map(({ name, metadata = {} }) => ({ name, metadata }));
}

/**
 * Writes a buildpack plan, as a platform does.
 *
 * @example `formatBuildpackPlan([{ name: "node", metadata: { version: "22" } }])`
 */
export function formatBuildpackPlan(entries: readonly BuildpackPlanEntry[]): string {
  return formatToml({ entries });
}
