import { decodeToml } from "./descriptor.ts";
import { list, optional, string, table } from "./schemas/schema.ts";
import { formatToml } from "./schemas/toml.ts";

/**
 * The content of build.toml: the names of plan entries that this buildpack does not meet, so that a
 * later buildpack can meet them.
 */
export interface BuildToml {
  readonly unmet: readonly string[];
}

const schema = table({ unmet: optional(list(table({ name: string }))) });

/**
 * Reads build.toml.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `parseBuildToml(text, "build.toml").unmet`
 */
export function parseBuildToml(text: string, file: string): BuildToml {
  return { unmet: (decodeToml(schema, text, file).unmet ?? []).map(({ name }) => name) };
}

/**
 * Formats build.toml; empty if there are no entries.
 *
 * @example `formatBuildToml({ unmet: ["node"] })`
 */
export function formatBuildToml({ unmet }: BuildToml): string {
  return formatToml(unmet.length > 0 ? { unmet: unmet.map((name) => ({ name })) } : {});
}
