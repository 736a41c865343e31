import * as v from "valibot";
import { defined } from "../../defined.ts";
import { anyCaseObject } from "../../schema.ts";
import { anyTomlTable, decodeTable, decodeToml, parseTable, type TomlTable } from "./toml.ts";

/** The content of `<layer>.toml`: the layer's types and the buildpack's own metadata. */
export interface LayerToml {
  readonly build: boolean;
  readonly launch: boolean;
  readonly cache: boolean;
  /**
   * The content of `[metadata]`; absent if the file has none. It is decoded TOML, or decoded JSON
   * if it comes from a label.
   */
  readonly metadata?: unknown;
}

const flag = v.optional(v.boolean(), false);
const schema = anyCaseObject({
  types: v.optional(anyCaseObject({ build: flag, launch: flag, cache: flag }), {
    build: false,
    launch: false,
    cache: false,
  }),
  metadata: v.optional(v.unknown()),
});

/**
 * The value for a layer without a `<layer>.toml`, which is neither a build, launch nor cache layer.
 */
export const noLayerToml: LayerToml = { build: false, launch: false, cache: false };

/**
 * Decodes `<layer>.toml`. Layer types at the top level of the file, as before API 0.6, are refused,
 * as by the lifecycle.
 */
export function parseLayerToml(text: string, file: string): LayerToml {
  const table = parseTable(text, file);
  const { types, metadata } = decodeTable(schema, table, file);
  if (["build", "launch", "cache"].some((type) => Object.hasOwn(table, type)))
    throw new Error(`the launch, cache and build flags should be in the types table of ${file}`);
  return { ...types, ...defined({ metadata }) };
}

/**
 * `store.toml`: data that a buildpack stores in the image's label, for the next build.
 */
export interface StoreToml {
  readonly metadata?: TomlTable;
}

const storeSchema = anyCaseObject({ metadata: v.optional(anyTomlTable) });

export const parseStoreToml = (text: string, file: string): StoreToml => {
  const { metadata } = decodeToml(storeSchema, text, file);
  return metadata === undefined ? {} : { metadata };
};
