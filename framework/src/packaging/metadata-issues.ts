import { decodeInventory } from "../inventory/decode.ts";
import { parseConfigurations } from "../spec/configurations.ts";
import type { DescriptorError } from "../spec/descriptor.ts";
import type { Table } from "../spec/schemas/schema.ts";
import type { Issue } from "../spec/schemas/standard-schema.ts";

/**
 * Lists all errors in the `[metadata]` of buildpack.toml that would fail every build.
 * Configurations and the inventory are checked by the same rules with which a buildpack reads them.
 *
 * @param metadata the metadata as returned by `parseBuildpackToml`
 * @example
 * `metadataIssues({ configurations: [{ nam: "BP_X" }] }, "buildpack.toml") // [{ path: "metadata.configurations[0].name", message: "is missing" }]`
 */
export function metadataIssues(metadata: Table, file: string): readonly Issue[] {
  return [
    ...issuesOf(() => parseConfigurations(metadata, file)),
    ...issuesOf(() => decodeInventory(metadata, file, "metadata")),
  ];
}

function issuesOf(decode: () => unknown): readonly Issue[] {
  try {
    decode();
    return [];
  } catch (error) {
    if (error instanceof Error && "issues" in error) return (error as DescriptorError).issues;
    throw error;
  }
}
