import { byName } from "../../files/file-name.ts";
import type { LayerToml } from "../formats/layer-toml.ts";

const mediaTypes: Readonly<Record<string, string>> = {
  "sbom.cdx.json": "application/vnd.cyclonedx+json",
  "sbom.spdx.json": "application/spdx+json",
  "sbom.syft.json": "application/vnd.syft+json",
};

/** The supported file name extensions of SBOM files. */
export const sbomExtensions: readonly string[] = Object.keys(mediaTypes);

/**
 * One SBOM file of a buildpack, and its path below `<layers>/sbom`. Files in `launch` become part
 * of the image, files in `cache` part of the cache.
 */
export interface SbomFile {
  readonly set: "build" | "cache" | "launch";
  /** The name of the layer that the SBOM describes; absent for launch.sbom.* and build.sbom.*. */
  readonly layer?: string;
  /** The file name in the buildpack's layers directory. */
  readonly file: string;
  /** The new file name below `<layers>/sbom/…`, for example `sbom.cdx.json`. */
  readonly name: string;
}

/**
 * Sorts a buildpack's SBOM files into `launch`, `build` and `cache`. Throws if
 * the buildpack did not declare the format. The layer's name ends at the first dot; an SBOM without
 * a `<layer>.toml` is ignored.
 */
export function sortSbomFiles(
  names: readonly string[],
  layers: ReadonlyMap<string, LayerToml>,
  declared: readonly string[],
): readonly SbomFile[] {
  const files = names.filter((name) => /^.*\.sbom\..*\.json$/s.test(name)).sort(byName);
  const sorted = files.flatMap((file) =>
    setsOf(file, layers).map((location) => ({ ...location, file, name: formatOf(file) })),
  );
  for (const { file, name } of sorted) {
    const mediaType = mediaTypes[name];
    if (!mediaType) throw new Error(`unsupported SBOM file format: '${file}'`);
    if (!declared.includes(mediaType))
      throw new Error(`SBOM file '${file}': undeclared SBOM media type: '${mediaType}'`);
  }
  return sorted;
}

const formatOf = (file: string): string => sbomExtensions.find((extension) => file.endsWith(`.${extension}`)) ?? "";

function setsOf(file: string, layers: ReadonlyMap<string, LayerToml>): readonly Pick<SbomFile, "set" | "layer">[] {
  const layer = file.split(".")[0] ?? "";
  if (layer === "launch" || layer === "build") return [{ set: layer }];
  const types = layers.get(layer);
  if (!types) return [];
  const kept = { set: types.launch ? ("launch" as const) : ("build" as const), layer };
  return types.cache ? [kept, { set: "cache", layer }] : [kept];
}
