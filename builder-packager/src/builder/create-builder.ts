import { resolve } from "node:path";
import { moduleLayersOf } from "../config/module-labels.ts";
import { fetchLifecycle } from "../lifecycle/fetch.ts";
import type { LifecycleSource } from "../lifecycle/source.ts";
import type { BlobStore } from "../oci/blob-store.ts";
import type { Image } from "../oci/image.ts";
import { createLayer } from "../oci/layer.ts";
import {
  type AppendedLayer,
  appendLayers,
  labelsOf,
  normalizedCreated,
  withConfig,
  withCreated,
  withLabels,
} from "../oci/mutate.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Platform } from "../oci/spec.ts";
import type { Reporter } from "../reporter.ts";
import type { BuilderToml } from "./builder-toml.ts";
import { gatherModules } from "./gather-modules.ts";
import { builderLabels } from "./labels.ts";
import { resolveOrder } from "./order.ts";
import { type PlannedLayer, planLayers } from "./plan.ts";
import { refuseProblems } from "./problems.ts";
import { readBuildImage, readRunImages } from "./read-images.ts";
import { moduleProblems, moduleWarnings, runImageProblems } from "./validate.ts";

export interface CreateBuilderOptions {
  /** builder.toml's folder, where its relative paths begin. */
  readonly dir: string;
  /** Where layers are kept. */
  readonly store: BlobStore;
  /** Where lifecycles are kept. */
  readonly lifecycleCacheDir: string;
  readonly reporter: Reporter;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** The version of this package, for the label that says who made the builder. */
  readonly createdBy: string;
  /** @default that of this machine if `[[targets]]` has it, else the first of `[[targets]]`, else the build image's */
  readonly platform?: Platform;
  /** Additional labels. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly registry?: RegistryOptions;
}

/**
 * Assembles a builder image as pack does, without a daemon. Equal inputs give an equal digest.
 *
 * @throws CnbError BUILDER_INVALID with everything that does not fit together, LIFECYCLE_UNAVAILABLE, IMAGE_NOT_FOUND, …
 * @example
 * ```ts
 * const options = { dir, store, lifecycleCacheDir: cacheDir, reporter, env, signal, createdBy: "1.0.0" };
 * await writeImage(await createBuilder(parseBuilderToml(text, "builder.toml"), options), { kind: "oci", dir: "builder" });
 * ```
 */
export async function createBuilder(config: BuilderToml, options: CreateBuilderOptions): Promise<Image> {
  for (const warning of config.warnings) options.reporter.warn(warning);
  const build = await readBuildImage(config, options);
  const runImages = await readRunImages(config, build.platform, options);
  const modules = await gatherModules(config, { ...options, platform: build.platform });
  const lifecycle = await fetchLifecycle(lifecycleSource(config, options), {
    ...{ ...options, cacheDir: options.lifecycleCacheDir, arch: build.facts.arch },
  });
  const order = resolveOrder(config, modules);
  refuseProblems("the builder cannot be assembled", [
    ...moduleProblems(modules, build.facts, lifecycle),
    ...order.problems,
    ...runImageProblems(runImages, build.image, config.stackId),
  ]);
  for (const warning of moduleWarnings(modules, lifecycle)) options.reporter.warn(warning);
  const baseModules = modulesInBase(config, build.image);
  const parts = { config, lifecycle, modules, runImages, baseModules };
  const labels = builderLabels({ ...parts, createdBy: options.createdBy, baseLabels: labelsOf(build.image) });
  return assemble(
    build.image,
    planLayers({ ...parts, base: build.facts, order }),
    { ...options.labels, ...labels },
    options,
  );
}

/** A path in builder.toml begins at builder.toml's folder. */
function lifecycleSource({ lifecycle }: BuilderToml, { dir }: CreateBuilderOptions): LifecycleSource {
  const { uri } = lifecycle;
  return uri === undefined || /^(https?|file):\/\//i.test(uri) ? lifecycle : { uri: resolve(dir, uri) };
}

const modulesInBase = (config: BuilderToml, image: Image) => ({
  buildpack: moduleLayersOf(image, "buildpack", config.buildImage),
  extension: moduleLayersOf(image, "extension", config.buildImage),
});

async function assemble(
  buildImage: Image,
  planned: readonly PlannedLayer[],
  labels: Readonly<Record<string, string>>,
  { store, reporter, signal }: CreateBuilderOptions,
): Promise<Image> {
  const layers: AppendedLayer[] = [];
  for (const part of planned) {
    signal.throwIfAborted();
    reporter.debug(part.title);
    const layer = "layer" in part ? part.layer : await createLayer(part.entries, store);
    layers.push({ layer, history: { created: normalizedCreated, created_by: part.title } });
  }
  const image = withConfig(appendLayers(buildImage, layers), { WorkingDir: "/layers" });
  return withCreated(withLabels(image, labels), normalizedCreated);
}
