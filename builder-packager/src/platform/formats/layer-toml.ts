import * as v from "valibot";
import { anyCaseObject } from "../../schema.ts";
import { anyTomlTable, decodeTable, decodeToml, parseTable, type TomlTable } from "./toml.ts";

/** `<layer>.toml`: the layer's types and the buildpack's own metadata (spec row 27). */
export interface LayerToml {
  readonly build: boolean;
  readonly launch: boolean;
  readonly cache: boolean;
  /** Absent when the file has no `[metadata]`. Decoded TOML, or decoded JSON where it comes from a label. */
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

/** A layer without a file, of which nothing is kept. */
export const noLayerToml: LayerToml = { build: false, launch: false, cache: false };

/** Decodes a layer's toml. Types at the top level were the form before API 0.6 and are refused, as by the lifecycle. */
export function decodeLayerToml(text: string, file: string): LayerToml {
  const table = parseTable(text, file);
  const { types, metadata } = decodeTable(schema, table, file);
  if (["build", "launch", "cache"].some((type) => Object.hasOwn(table, type)))
    throw new Error(`the launch, cache and build flags should be in the types table of ${file}`);
  return { ...types, ...(metadata === undefined ? {} : { metadata }) };
}

/** `store.toml`: data that a buildpack keeps between builds in the image's label (spec row 39). */
export interface StoreToml {
  readonly metadata?: TomlTable;
}

const storeSchema = anyCaseObject({ metadata: v.optional(anyTomlTable) });

export const decodeStoreToml = (text: string, file: string): StoreToml => {
  const { metadata } = decodeToml(storeSchema, text, file);
  return metadata === undefined ? {} : { metadata };
};
