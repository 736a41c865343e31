import { byName } from "../../files/file-name.ts";
import { limits } from "../../limits.ts";
import type { BuildpackDescriptor } from "../formats/descriptor.ts";
import { decodeBuildToml, decodeLaunchToml, type LaunchToml, metNames } from "../formats/launch-toml.ts";
import { decodeLayerToml, type LayerToml, noLayerToml } from "../formats/layer-toml.ts";
import { buildpackLayers } from "../paths.ts";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";
import { checkLayerName } from "./layer-name.ts";
import { type SbomFile, sortSbomFiles } from "./sbom-files.ts";

/** The outputs of one buildpack. */
export interface BuildpackOutputs extends LaunchToml {
  /** Layers by name; they are applied in the order of `<layer>.toml`. */
  readonly layers: ReadonlyMap<string, LayerToml>;
  /** Names of the plan that need no later provider. */
  readonly met: readonly string[];
  readonly sboms: readonly SbomFile[];
}

/** Reads the outputs of a buildpack. Throws where the lifecycle would fail the build. */
export async function readOutputs(
  files: SandboxFiles,
  descriptor: BuildpackDescriptor,
  requested: readonly string[],
): Promise<BuildpackOutputs> {
  const dir = buildpackLayers(descriptor.id);
  const names = [...(await files.list(dir))].sort(byName);
  if (names.length > limits.layersEntries.most)
    throw new Error(`${dir} has ${names.length} entries, more than ${limits.layersEntries.most}`);
  const layers = await readLayerTomls(files, dir, names);
  const buildText = await files.readText(`${dir}/build.toml`);
  const launchText = await files.readText(`${dir}/launch.toml`);
  const context = { file: "launch.toml", api: descriptor.api, buildpackId: descriptor.id };
  return {
    layers,
    met: metNames(requested, buildText === undefined ? [] : decodeBuildToml(buildText, "build.toml")),
    sboms: sortSbomFiles(names, layers, descriptor.sbomFormats),
    ...(launchText === undefined
      ? { labels: [], processes: [], slices: [], bom: [] }
      : decodeLaunchToml(launchText, context)),
  };
}

/** Every `*.toml` counts as a layer's, even launch.toml, build.toml and store.toml: they decode as layers for nothing. */
async function readLayerTomls(
  files: SandboxFiles,
  dir: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, LayerToml>> {
  const layers = new Map<string, LayerToml>();
  for (const name of names.filter((name) => name.endsWith(".toml"))) {
    if ((await files.lstat(`${dir}/${name}`))?.isDirectory) continue;
    const text = await files.readText(`${dir}/${name}`);
    const layer = name.slice(0, -".toml".length);
    checkLayerName(layer, name);
    layers.set(layer, text === undefined ? noLayerToml : decodeLayerToml(text, name));
  }
  return layers;
}
