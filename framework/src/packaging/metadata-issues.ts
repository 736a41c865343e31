import { decodeInventory } from "../inventory/decode.ts";
import { decodeConfigurations } from "../spec/configurations.ts";
import type { DescriptorError } from "../spec/descriptor.ts";
import type { Table } from "../spec/schemas/schema.ts";
import type { Issue } from "../spec/schemas/standard-schema.ts";

/**
 * Lists all errors in buildpack.toml's `[metadata]` that would fail each build: in configurations
 * and the inventory, as a buildpack reads them.
 *
 * @param metadata as `decodeBuildpackToml` gives it
 * @example `metadataIssues({ configurations: [{ nam: "BP_X" }] }, "buildpack.toml") // [{ path: "metadata.configurations[0].name", message: "is missing" }]`
 */
export function metadataIssues(metadata: Table, file: string): readonly Issue[] {
  return [
    ...issuesOf(() => decodeConfigurations(metadata, file)),
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
