import { resolve } from "node:path";
import { allConcurrently } from "../concurrently.ts";
import type { TargetLock } from "../config/lock-file.ts";
import { rulesBelow } from "../config/verification/verify-rules.ts";
import { defined } from "../defined.ts";
import { lifecycleLayer } from "../lifecycle/layer.ts";
import { openLifecycle } from "../lifecycle/open.ts";
import { defaultLifecycleVersion, type LifecycleSource, type OpenedLifecycle } from "../lifecycle/source.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import { parseDigest } from "../oci/model/digest.ts";
import type { Image } from "../oci/model/image.ts";
import { appendLayers, labelsOf, normalizedCreated, withConfig, withCreated, withLabels } from "../oci/model/mutate.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { launcherLabel } from "../platform/paths.ts";
import type { Reporter } from "../reporter.ts";
import { verifiedImages } from "../signing/admission.ts";
import type { CnbFiles, ReadCnb } from "./cnb/cnb-files.ts";
import { cnbParts, noCnb } from "./cnb/cnb-layers.ts";
import { type FlattenGroup, flattenModules, flattenProblems } from "./flatten.ts";
import { type BaseBuilder, baseBuilder } from "./images/base-builder.ts";
import { noLifecycle } from "./images/no-lifecycle.ts";
import { type BuildImage, readBuildImage, readRunImages } from "./images/read-images.ts";
import { builderLabels } from "./labels.ts";
import { type GatheredModules, gatherModules } from "./modules/gather-modules.ts";
import { resolveOrder } from "./order.ts";
import { type PlannedLayer, planLayers } from "./plan.ts";
import type { BuilderTarget, BuilderToml } from "./toml/builder-toml.ts";
import { refuseProblems } from "./toml/problems.ts";
import { extensionProblems, moduleProblems, moduleWarnings, type NamedRunImage, runImageProblems } from "./validate.ts";

export interface CreateBuilderOptions {
  /** The directory of builder.toml, to which its paths are relative. */
  readonly dir: string;
  /** The store of the builder's layers. */
  readonly store: BlobStore;
  /** The directory of cached lifecycles. */
  readonly lifecycleCacheDir: string;
  readonly reporter: Reporter;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** The version of this package, for the builder's metadata. */
  readonly createdBy: string;
  /**
   * The platform of the builder. @default the platform of the build image; if it has several, the
   * first of `[[targets]]`, or else this machine's
   */
  readonly platform?: Platform;
  /** Labels to add to the builder image. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Groups of buildpacks and extensions, by `id@version`. Each group shares one layer. */
  readonly flatten?: readonly FlattenGroup[];
  readonly registry?: RegistryOptions;
  /**
   * `none` leaves out the lifecycle and its launcher. Only `cnb build` can use such a builder, and its images start one process.
   *
   * @default "lifecycle"
   */
  readonly launcher?: "lifecycle" | "none";
  /** Reads the `cnb` to add to the builder. @default the builder does not contain `cnb` */
  readonly readCnb?: ReadCnb | undefined;
  /** The part of a lock file for the builder's platform. */
  readonly lock?: TargetLock | undefined;
}

/**
 * Creates a builder image for one platform as pack does, without a daemon. Equal inputs give an
 * equal digest.
 *
 * @throws CnbError BUILDER_INVALID with all incompatible parts, LIFECYCLE_UNAVAILABLE,
 * IMAGE_NOT_FOUND, …
 * @example
 * ```ts
 * const options = { dir, store, lifecycleCacheDir: cacheDir, reporter, env, signal, createdBy: "1.0.0" };
 * await writeImage(await createBuilder(parseBuilderToml(text, "builder.toml"), options), { kind: "oci", dir: "builder" });
 * ```
 */
export async function createBuilder(config: BuilderToml, options: CreateBuilderOptions): Promise<Image> {
  for (const warning of config.warnings) options.reporter.warn(warning);
  return builderFor(config, targetOf(config, options.platform), options);
}

function targetOf({ targets }: BuilderToml, platform: Platform | undefined): BuilderTarget | undefined {
  if (platform) return { ...platform, distros: [] };
  return targets[0];
}

/** All parts of a builder. */
interface Parts extends GatheredModules {
  readonly build: BuildImage;
  readonly base: BaseBuilder;
  readonly runImages: readonly NamedRunImage[];
  readonly lifecycle: OpenedLifecycle;
  readonly cnb: CnbFiles | undefined;
}

/**
 * Creates the builder for one target. Without a target, the builder has the platform of the build
 * image.
 */
export async function builderFor(
  config: BuilderToml,
  target: BuilderTarget | undefined,
  given: CreateBuilderOptions,
): Promise<Image> {
  const registry = verifiedImages(given.registry ?? {}, rulesBelow(given.dir, config.verify));
  const options = { ...given, registry };
  const build = await readBuildImage(config, { ...options, ...defined({ target }) });
  const parts = await gatherParts(config, build, options);
  const { modules, lifecycle, base } = parts;
  const order = resolveOrder(config, modules, base.layers);
  refuseProblems("the builder cannot be assembled", [
    ...moduleProblems(modules, build.facts, lifecycle),
    ...extensionProblems(config, lifecycle),
    ...order.problems,
    ...runImageProblems(parts.runImages, build.image, config.stackId),
    ...flattenProblems(options.flatten ?? [], modules),
  ]);
  for (const warning of moduleWarnings(modules, lifecycle)) options.reporter.warn(warning);
  const { flatten = [], store } = options;
  const gathered = { ...parts, modules: await flattenModules(flatten, parts, store) };
  const cnb = parts.cnb === undefined ? noCnb : await cnbParts(parts.cnb, build.image, options);
  const planned = planLayers({
    ...gathered,
    cnb: cnb.layers,
    config,
    order,
    facts: build.facts,
    flattened: flatten.flat(),
    lifecycle: {
      title: lifecycle === noLifecycle ? "No lifecycle" : `Lifecycle ${lifecycle.version}`,
      layer: await lifecycleLayer(lifecycle, store),
    },
  });
  const labels = builderLabels({
    ...gathered,
    config,
    createdBy: options.createdBy,
    baseLabels: labelsOf(build.image),
  });
  const mark = { ...cnb.labels, ...defined({ [launcherLabel]: lifecycle === noLifecycle ? "none" : undefined }) };
  return assemble(build.image, planned, { ...options.labels, ...labels, ...mark }, options);
}

async function gatherParts(config: BuilderToml, build: BuildImage, options: CreateBuilderOptions): Promise<Parts> {
  const { platform, facts, image } = build;
  const { readCnb } = options;
  const [runImages, gathered, lifecycle, cnb] = await allConcurrently(
    [
      () => readRunImages(config, platform, options),
      (signal) => gatherModules(config, { ...options, platform, signal }),
      (signal) => lifecycleOf(config, facts.arch, { ...options, signal }),
      async (signal) => readCnb?.(facts.arch, signal),
    ],
    { signal: options.signal },
  );
  return { ...gathered, build, runImages, lifecycle, cnb, base: baseBuilder(image, config.buildImage) };
}

async function lifecycleOf(
  config: BuilderToml,
  arch: BuildImage["facts"]["arch"],
  options: CreateBuilderOptions,
): Promise<OpenedLifecycle> {
  if (options.launcher === "none") return noLifecycle;
  const { lock, lifecycleCacheDir: cacheDir } = options;
  const name = config.lifecycle.uri ?? config.lifecycle.version ?? defaultLifecycleVersion;
  lock?.expect("lifecycle", [name]);
  const pinned = lock?.pinned("lifecycle", name);
  const lifecycle = await openLifecycle(lifecycleSource(config, options), {
    ...options,
    arch,
    cacheDir,
    ...defined({ pinned: pinned === undefined ? undefined : parseDigest(pinned) }),
  });
  lock?.found("lifecycle", name, lifecycle.digest);
  return lifecycle;
}

/** Resolves a lifecycle path relative to builder.toml's directory. */
function lifecycleSource({ lifecycle }: BuilderToml, { dir }: CreateBuilderOptions): LifecycleSource {
  const { uri } = lifecycle;
  return uri === undefined || /^(https?|file|docker):\/\//i.test(uri) ? lifecycle : { uri: resolve(dir, uri) };
}

async function assemble(
  buildImage: Image,
  planned: readonly PlannedLayer[],
  labels: Readonly<Record<string, string>>,
  { store, reporter, signal }: CreateBuilderOptions,
): Promise<Image> {
  const layers = await Promise.all(
    planned.map(async (part) => {
      signal.throwIfAborted();
      reporter.debug(part.title);
      const layer = "layer" in part ? part.layer : await createLayer(part.entries, store, { signal });
      return { layer, history: { created: normalizedCreated, created_by: part.title } };
    }),
  );
  const image = withConfig(appendLayers(buildImage, layers), { WorkingDir: "/layers" });
  return withCreated(withLabels(image, labels), normalizedCreated);
}
