import type { ModuleLayers } from "../config/module-labels.ts";
import type { LifecycleDescriptor } from "../lifecycle/source.ts";
import { compareApis } from "./api-order.ts";
import type { BuilderToml } from "./builder-toml.ts";
import { type BuilderModule, moduleKey } from "./module.ts";
import type { NamedRunImage } from "./validate.ts";

export interface LabelInputs {
  readonly config: BuilderToml;
  readonly lifecycle: LifecycleDescriptor;
  /** Sorted, each once. */
  readonly modules: readonly BuilderModule[];
  readonly runImages: readonly NamedRunImage[];
  /** The version of this package. */
  readonly createdBy: string;
  /** Labels of the build image. */
  readonly baseLabels: Readonly<Record<string, string>>;
  /** Modules that the build image holds already. */
  readonly baseModules: { readonly buildpack: ModuleLayers; readonly extension: ModuleLayers };
}

/**
 * The labels that pack, kpack, Tekton and Spring Boot read from a builder, with the fields in pack's order.
 */
export function builderLabels(inputs: LabelInputs): Record<string, string> {
  const { config, modules, baseLabels, baseModules } = inputs;
  const labels: Record<string, unknown> = {
    "io.buildpacks.builder.metadata": builderMetadata(inputs),
    "io.buildpacks.buildpack.layers": moduleLayers(modules, "buildpack", baseModules.buildpack),
    "io.buildpacks.extension.layers": moduleLayers(modules, "extension", baseModules.extension),
    "io.buildpacks.buildpack.order": config.order,
    "io.buildpacks.buildpack.order-extensions": config.orderExtensions.length > 0 ? config.orderExtensions : null,
    ...(config.system && {
      "io.buildpacks.buildpack.system": {
        pre: { buildpacks: config.system.pre },
        post: { buildpacks: config.system.post },
      },
    }),
  };
  const mixins = baseLabels["io.buildpacks.stack.mixins"] ?? "null";
  return {
    ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, JSON.stringify(value)])),
    "io.buildpacks.stack.mixins": mixins,
  };
}

function builderMetadata({ config, lifecycle, modules, runImages, createdBy }: LabelInputs) {
  const images = runImages.map(({ name, mirrors }) => ({ image: name, mirrors }));
  const extensions = modules.filter(({ kind }) => kind === "extension").map(moduleInfo);
  return {
    description: config.description,
    buildpacks: modules.filter(({ kind }) => kind === "buildpack").map(moduleInfo),
    extensions: extensions.length > 0 ? extensions : null,
    // pack leaves it empty for builders without a stack; kpack and older Spring Boot take the run image from here
    stack: { runImage: images[0] },
    lifecycle: {
      version: lifecycle.version,
      api: { buildpack: earliest(lifecycle.apis.buildpack), platform: earliest(lifecycle.apis.platform) },
      apis: lifecycle.apis,
    },
    createdBy: { name: "libcnb.ts", version: createdBy },
    images,
  };
}

function moduleInfo({ id, version, facts, description }: BuilderModule) {
  const { description: text, ...rest } = description;
  return {
    id,
    ...(facts.name && { name: facts.name }),
    version,
    ...(text && { description: text }),
    ...(facts.homepage && { homepage: facts.homepage }),
    ...rest,
  };
}

function moduleLayers(
  modules: readonly BuilderModule[],
  kind: BuilderModule["kind"],
  base: ModuleLayers,
): ModuleLayers {
  const layers: Record<string, Record<string, ModuleLayers[string][string]>> = {};
  for (const [id, versions] of Object.entries(base)) layers[id] = { ...versions };
  for (const { id, version, facts, layer } of modules.filter((module) => module.kind === kind)) {
    const { homepage, name, ...declared } = facts;
    const about = { layerDiffID: layer.diffId, ...(homepage && { homepage }), ...(name && { name }) };
    layers[id] = { ...layers[id], [version]: { ...declared, ...about } };
  }
  return Object.fromEntries(Object.entries(layers).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const earliest = ({
  deprecated,
  supported,
}: {
  readonly deprecated: readonly string[];
  readonly supported: readonly string[];
}) => [...deprecated, ...supported].sort(compareApis)[0];

/** In the order that makes digests equal: by id and version. */
export const byKey = (a: BuilderModule, b: BuilderModule): number => (moduleKey(a) < moduleKey(b) ? -1 : 1);
