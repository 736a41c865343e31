import { decodeToml } from "./descriptor.ts";
import { anyTable, boolean, optional, type Table, table } from "./schema.ts";
import type { Decoding } from "./standard-schema.ts";
import { stringifyToml } from "./toml.ts";

/** What a layer is for: seen by later buildpacks, part of the image, kept for the next build. */
export interface LayerTypes {
  readonly build: boolean;
  readonly launch: boolean;
  readonly cache: boolean;
}

/** Layer content metadata, the file `<layers>/<layer>.toml`. A restored one has no types. */
export interface LayerToml {
  readonly types: LayerTypes | undefined;
  readonly metadata: Table;
}

/** What an earlier build left of a layer. */
export interface RestoredLayer {
  /** The metadata as it stands in the file, or why the file cannot be read. */
  readonly metadata: Decoding<Table>;
  readonly hasContents: boolean;
}

const schema = table({
  types: optional(table({ build: optional(boolean), launch: optional(boolean), cache: optional(boolean) })),
  metadata: optional(anyTable),
});

/**
 * Reads a layer's metadata file.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `decodeLayerToml(text, "runtime.toml").metadata`
 */
export function decodeLayerToml(text: string, file: string): LayerToml {
  const { types, metadata = {} } = decodeToml(schema, text, file);
  return {
    types: types && { build: types.build ?? false, launch: types.launch ?? false, cache: types.cache ?? false },
    metadata,
  };
}

/**
 * Writes a layer's metadata file. The types are always there: a layer without them is dropped, also if it was kept before.
 *
 * @example `layerToml({ types: { build: false, launch: true, cache: true }, metadata: { version: "22.1.0" } })`
 */
export function layerToml({ types, metadata }: LayerToml): string {
  return stringifyToml({
    ...(types !== undefined && { types }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  });
}
