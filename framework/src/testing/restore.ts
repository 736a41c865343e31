import { decodeLayerToml, type LayerTypes, layerToml } from "../spec/layer-toml.ts";
import type { Table } from "../spec/schema.ts";
import type { FileMap } from "./file-map.ts";

// Of the last build: never restored. store.toml always is.
const neverRestored = /^(launch|build)\.(toml|sbom\..*)$/;

/**
 * What the lifecycle restores of a layers directory. Layers without types are as restored already and stay as they are.
 *
 * | launch | build | cache | metadata, SBOM | contents |
 * |---|---|---|---|---|
 * | any | any | yes | yes | yes |
 * | yes | no | no | yes | no |
 * | any | yes | no | no | no |
 * | no | no | no | no | no |
 *
 * @see https://github.com/buildpacks/spec/blob/main/buildpack.md#layer-types
 */
export function restoredFiles(files: FileMap): FileMap {
  const layers = new Map(Object.entries(files).flatMap(([file, contents]) => readLayer(file, contents)));
  return Object.fromEntries(
    Object.entries(files).flatMap(([file, contents]) => {
      const layer = layers.get(layerName(file));
      if (neverRestored.test(file)) return [];
      if (layer?.types === undefined) return [[file, contents] as const];
      return restoredFile(file, contents, layer.types, layer.metadata);
    }),
  );
}

function restoredFile(
  file: string,
  contents: string | Uint8Array,
  types: LayerTypes,
  metadata: Table,
): [string, string | Uint8Array][] {
  const name = layerName(file);
  const hasMetadata = types.cache || (types.launch && !types.build);
  if (file === `${name}.toml`)
    return hasMetadata ? [[file, layerToml({ types: undefined, metadata: throughJson(metadata) })]] : [];
  const isContents = file.startsWith(`${name}/`);
  return (isContents ? types.cache : hasMetadata) ? [[file, contents]] : [];
}

function readLayer(
  file: string,
  contents: string | Uint8Array,
): [string, { types: LayerTypes | undefined; metadata: Table }][] {
  if (!/^[^/]+\.toml$/.test(file) || file === "store.toml" || neverRestored.test(file) || typeof contents !== "string")
    return [];
  try {
    return [[layerName(file), decodeLayerToml(contents, file)]];
  } catch {
    return []; // a test of what happens with a damaged file
  }
}

const layerName = (file: string) => file.split(/[/.]/, 1)[0] ?? "";
const throughJson = (metadata: Table): Table => JSON.parse(JSON.stringify(metadata));
