import { byName } from "../../files/file-name.ts";
import { limits } from "../../limits.ts";
import type { BuildpackDescriptor } from "../formats/descriptor.ts";
import { type LaunchToml, metNames, parseBuildToml, parseLaunchToml } from "../formats/launch-toml.ts";
import { type LayerToml, noLayerToml, parseLayerToml } from "../formats/layer-toml.ts";
import { buildpackLayers } from "../paths.ts";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";
import { checkLayerName } from "./layer-name.ts";
import { type SbomFile, sortSbomFiles } from "./sbom-files.ts";

/** The decoded files that one buildpack wrote in the build phase. */
export interface BuildpackOutputs extends LaunchToml {
  /** Layers by name. They are applied in the order of their `<layer>.toml`. */
  readonly layers: ReadonlyMap<string, LayerToml>;
  /** The names of the buildpack plan entries that this buildpack met. */
  readonly met: readonly string[];
  readonly sboms: readonly SbomFile[];
}

/** Reads the outputs of a buildpack. Throws if the lifecycle would fail the build. */
export async function readOutputs(
  files: SandboxFiles,
  descriptor: BuildpackDescriptor,
  requested: readonly string[],
): Promise<BuildpackOutputs> {
  const dir = buildpackLayers(descriptor.id);
  const names = [...(await files.list(dir))].sort(byName);
  if (names.length > limits.layersEntries.most)
    throw new Error(
      `the layers directory ${dir} has ${names.length} entries, but at most ${limits.layersEntries.most} are allowed`,
    );
  const layers = await readLayerTomls(files, dir, names);
  const buildText = await files.readText(`${dir}/build.toml`);
  const launchText = await files.readText(`${dir}/launch.toml`);
  const context = { file: "launch.toml", api: descriptor.api, buildpackId: descriptor.id };
  const launch =
    launchText === undefined
      ? { labels: [], processes: [], slices: [], bom: [] }
      : parseLaunchToml(launchText, context);
  return {
    layers,
    met: metNames(requested, buildText === undefined ? [] : parseBuildToml(buildText, "build.toml")),
    sboms: sortSbomFiles(names, layers, descriptor.sbomFormats),
    ...launch,
  };
}

/**
 * Reads every `*.toml` as a `<layer>.toml`, as the lifecycle does. launch.toml, build.toml and
 * store.toml then decode as layers without types, which has no effect.
 */
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
    layers.set(layer, text === undefined ? noLayerToml : parseLayerToml(text, name));
  }
  return layers;
}
