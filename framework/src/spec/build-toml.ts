import { decodeToml } from "./descriptor.ts";
import { list, optional, string, table } from "./schemas/schema.ts";
import { stringifyToml } from "./schemas/toml.ts";

/** build.toml: names of plan entries left to a later buildpack. */
export interface BuildToml {
  readonly unmet: readonly string[];
}

const schema = table({ unmet: optional(list(table({ name: string }))) });

/**
 * Reads build.toml.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `decodeBuildToml(text, "build.toml").unmet`
 */
export function decodeBuildToml(text: string, file: string): BuildToml {
  return { unmet: (decodeToml(schema, text, file).unmet ?? []).map(({ name }) => name) };
}

/**
 * Formats build.toml; empty if there are no entries.
 *
 * @example `buildToml({ unmet: ["node"] })`
 */
export function buildToml({ unmet }: BuildToml): string {
  return stringifyToml(unmet.length > 0 ? { unmet: unmet.map((name) => ({ name })) } : {});
}
