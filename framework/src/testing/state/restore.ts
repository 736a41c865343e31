import { LibcnbError } from "../../errors.ts";
import type { LayerRecord } from "../../lifecycle-rules/restore-plan.ts";
import { type LayerToml, parseLayerToml } from "../../spec/layer-toml.ts";
import type { FileMap } from "../fixture/file-map.ts";
import { filesBelow, layerNames, textOf } from "../parsed.ts";
import { type RememberedParts, remember, restored } from "./remembered.ts";

// Outputs of the last build that are never restored. store.toml always is.
const neverRestored = /^(launch|build)\.(toml|sbom\..*)$/;

/**
 * Returns the part of a layers directory that the lifecycle restores if neither image nor cache is
 * lost. Layers without types, or with unreadable metadata, are treated as already restored and stay
 * unchanged.
 *
 * | launch | build | cache | metadata | contents |
 * |---|---|---|---|---|
 * | any | any | yes | yes | yes |
 * | yes | no | no | yes | no |
 * | any | yes | no | no | no |
 * | no | no | no | no | no |
 *
 * @see
 * https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#layer-types
 */
export function restoredFiles(files: FileMap): FileMap {
  const built = layerNames(files).filter((name) => layerAt(files, name)?.types !== undefined);
  const isBuilt = (path: string) =>
    built.some((name) => path === `${name}.toml` || path.startsWith(`${name}/`) || path.startsWith(`${name}.sbom.`));
  const entries = Object.entries(files).filter(([path]) => !neverRestored.test(path));
  const asTheyAre = Object.fromEntries(entries.filter(([path]) => !isBuilt(path)));
  const ofBuild = Object.fromEntries(entries.filter(([path]) => isBuilt(path)));
  const past = remember({ ...anybody, layers: ofBuild, previous: presumedImage(ofBuild) });
  return { ...asTheyAre, ...restored(anybody.id, past) };
}

const anybody = { id: "anybody", version: "" };

/**
 * The image that is assumed for a test with only restored files. The image contains the layers that
 * have metadata but no contents.
 */
export function presumedImage(files: FileMap): RememberedParts {
  const layers = layerNames(files).flatMap((name): [string, LayerRecord][] => {
    const layer = layerAt(files, name);
    if (layer === undefined) return [];
    const kept = { launch: true, build: false, cache: false, ...layer.types, sha: "presumed" };
    return filesBelow(files, name) === undefined ? [[name, kept]] : [];
  });
  return { record: { ...anybody, layers: new Map(layers) }, files: {} };
}

function layerAt(files: FileMap, name: string): LayerToml | undefined {
  try {
    return parseLayerToml(textOf(files, `${name}.toml`) ?? "", `${name}.toml`);
  } catch (error) {
    if (error instanceof LibcnbError) return undefined; // a test of what happens with a damaged file
    throw error;
  }
}
