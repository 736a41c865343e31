import type { ModuleFacts } from "../config/module-labels.ts";
import { type ModuleRuntime, type ModuleRuntimes, runtimesLabel } from "../config/module-runtimes.ts";
import type { Layer } from "../oci/model/image.ts";
import type { Platform } from "../oci/model/spec.ts";
import { type GoValue, goJson } from "../platform/formats/go-json.ts";
import { descriptionOf, factsOf } from "./facts.ts";
import { moduleKey, type PackagedModule, type SourceModule } from "./module.ts";
import { commonStacks } from "./stacks.ts";

/** A buildpack or extension, and the layer that contains it. */
export interface LayeredModule {
  readonly module: SourceModule | PackagedModule;
  readonly layer: Layer;
  readonly runtime?: ModuleRuntime;
}

/**
 * Returns the labels of a buildpackage or an extension package. Two labels are byte for byte as in
 * pack. A third label records the runtimes of the modules compiled from TypeScript, if there are
 * any.
 */
export function packageLabels(
  main: SourceModule,
  layered: readonly LayeredModule[],
  platform: Platform,
): Record<string, string> {
  const described = layered.map(({ module, layer }) => ({
    id: module.id,
    version: module.version,
    label: label(factsOf(module, platform), layer),
  }));
  const byId = [...Map.groupBy(described, ({ id }) => id)];
  const layers = new Map(
    byId.map(([id, versions]) => [id, new Map(versions.map((each) => [each.version, each.label]))]),
  );
  return {
    "io.buildpacks.buildpackage.metadata": goJson(packageMetadata(main, layered, platform) as GoValue),
    [`io.buildpacks.${main.kind}.layers`]: goJson(layers as GoValue),
    ...runtimesLabel(runtimesIn(layered)),
  };
}

const runtimesIn = (layered: readonly LayeredModule[]): ModuleRuntimes =>
  new Map(layered.flatMap(({ module, runtime }) => (runtime ? [[moduleKey(module), runtime] as const] : [])));

function packageMetadata(main: SourceModule, layered: readonly LayeredModule[], platform: Platform) {
  const { id, version, name, homepage } = main.descriptor.buildpack;
  const { description, ...others } = descriptionOf(main);
  // the main module first, as pack goes through them
  const modules = [
    main,
    ...layered.map(({ module }) => module).filter((module) => moduleKey(module) !== moduleKey(main)),
  ];
  return {
    id,
    name: name || undefined,
    version,
    description,
    homepage: homepage || undefined,
    ...others,
    stacks: main.kind === "extension" ? null : commonStacks(modules.map((module) => factsOf(module, platform))),
  };
}

/** A label with pack's order of fields. */
const label = ({ api, stacks, targets, order, homepage, name }: ModuleFacts, { diffId }: Layer) => ({
  api,
  stacks,
  targets: targets?.map(({ os = "", arch = "", ...others }) => ({ os, arch, ...others })),
  order,
  layerDiffID: diffId,
  homepage,
  name,
});
