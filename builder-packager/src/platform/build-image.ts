import { realpath, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { type EnvDirectory, type Group, nameOf, type PlanEntry } from "libcnb/platform";
import { cacheDir } from "../cache-dirs.ts";
import { CnbError } from "../errors.ts";
import { humanSize } from "../human-size.ts";
import { openBlobStore } from "../oci/blob-store.ts";
import type { Digest } from "../oci/digest.ts";
import { writeImage } from "../oci/image-io.ts";
import { formatImageReference, type ImageReference } from "../oci/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { Reporter } from "../reporter.ts";
import { chooseBackend } from "../sandbox/choose-backend.ts";
import { unpackImage } from "../sandbox/unpack-image.ts";
import { appImage } from "./app-image.ts";
import { buildPhase } from "./build-phase.ts";
import type { Require } from "./build-plan.ts";
import { type BuildRoom, openBuildRoom } from "./build-room.ts";
import { type Builder, readBuilder } from "./builder.ts";
import { cachePhase } from "./cache-phase.ts";
import { readAuthorities } from "./certificate-trust.ts";
import { copyTree } from "./copy-tree.ts";
import { createdTime } from "./created-time.ts";
import { type BuildTarget, buildpackLookUp, detectPhase, type LookUp } from "./detect-phase.ts";
import { detectionError } from "./detection-error.ts";
import type { ExportedLayer } from "./export-layer.ts";
import { exportLayers } from "./export-phase.ts";
import { checkOutput, nameFor } from "./image-output.ts";
import { cacheFolderOf, checkCache, type LayerCache, openLayerCache } from "./layer-cache.ts";
import { readBuiltLayers } from "./layer-files.ts";
import { launcherVersion } from "./lifecycle-version.ts";
import { returnTrees } from "./moved-trees.ts";
import { hasExtensions } from "./order-toml.ts";
import { checkPlaces, ownPlaces } from "./places.ts";
import { type PreviousImage, readPreviousImage } from "./previous-image.ts";
import { restorePhase } from "./restore-phase.ts";
import { findRunImage, type RunImage, targetOf } from "./run-image.ts";
import { distroOf } from "./target.ts";
import { surveyOnce } from "./tree-survey.ts";
import { buildOwner, createWorkDir, gitMode, type WorkDir } from "./work-dir.ts";

export interface BuildImageOptions {
  /** The application's folder. It is copied, never changed. */
  readonly app: string;
  readonly builder: ImageReference;
  readonly output: ImageReference;
  /** Further names for the image. */
  readonly tags?: readonly ImageReference[];
  /** @default the builder's own */
  readonly runImage?: ImageReference;
  /** Whose layers are reused. @default what is at `output` */
  readonly previousImage?: ImageReference;
  /** Variables for the buildpacks. */
  readonly userEnv?: EnvDirectory;
  /** Begin as if nothing was built before. */
  readonly clearCache?: boolean;
  /** The folder that keeps cache layers. @default one per app and output in cnb's cache */
  readonly cache?: string;
  /** The process type that starts by default. @default the buildpacks' choice */
  readonly defaultProcess?: string;
  /** Whether buildpacks reach the network. @default true */
  readonly network?: boolean;
  /** PEM files of certificate authorities that buildpacks trust besides the builder's; they are part of no image. */
  readonly certificates?: readonly string[];
  /** `CNB_EXEC_ENV`. @default "production" */
  readonly execEnv?: string;
  readonly registry?: RegistryOptions;
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/** What a build made. */
export interface BuildReport {
  readonly manifestDigest: Digest;
  readonly group: Group;
  readonly processes: readonly {
    readonly type: string;
    readonly command: readonly string[];
    readonly args: readonly string[];
  }[];
  readonly layers: readonly (Pick<ExportedLayer, "name" | "state" | "reason"> & {
    readonly diffId: Digest;
    readonly size: number;
  })[];
}

/**
 * Builds an application into an image with the buildpacks of a builder: analyze, detect, restore, build, export.
 *
 * @throws CnbError APP_NOT_FOUND, APP_FILE_UNSUPPORTED, BUILDER_…, RUN_IMAGE_NOT_FOUND, ARCHITECTURE_MISMATCH, DETECT_…, BUILD_…, EXPORT_FAILED, OUTPUT_UNWRITABLE.
 * @example `await buildImage({ app: ".", builder: parseImageReference("oci:builder"), output: parseImageReference("oci:app"), env, reporter, signal })`
 */
export async function buildImage(options: BuildImageOptions): Promise<BuildReport> {
  options.signal.throwIfAborted();
  await checkApp(options.app);
  if (options.cache !== undefined) await checkCache(options.cache);
  const outputs = outputsOf(options);
  const givenRunImage = options.runImage ? [{ what: "run image", reference: options.runImage }] : [];
  await checkPlaces(outputs, [{ what: "builder", reference: options.builder }, ...givenRunImage], options.app);
  for (const reference of outputs) await checkOutput(reference);
  const builder = await readBuilder(options.builder, registryOf(options));
  // What the platform itself puts into layers must not depend on the user's umask.
  const umask = process.umask(0o022);
  // Whatever still runs when a build has failed is ended: it would keep the process alive, and write into what is removed.
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  try {
    const work = await createWorkDir(cacheDir(options.env, "work"), returnTrees);
    return await buildIn(work, builder, { ...options, signal })
      .finally(() => end.abort(new Error("the build has ended")))
      .finally(work.remove);
  } finally {
    process.umask(umask);
  }
}

const outputsOf = ({ output, tags = [] }: BuildImageOptions): readonly ImageReference[] => [output, ...tags];

const registryOf = ({ registry, env, signal }: BuildImageOptions): RegistryOptions => ({ env, signal, ...registry });

async function checkApp(app: string): Promise<void> {
  const stats = await stat(app).catch(() => undefined);
  if (stats?.isDirectory()) return;
  throw new CnbError("APP_NOT_FOUND", `${app} ${stats ? "is not a folder" : "does not exist"}`, {
    hint: "Give the application's folder with --path.",
  });
}

async function buildIn(work: WorkDir, builder: Builder, options: BuildImageOptions): Promise<BuildReport> {
  const { reporter, signal, execEnv = "production" } = options;
  reporter.step(`Analyzing (Platform API ${builder.platformApi})`);
  const runImage = await findRunImage(builder, options.runImage, registryOf(options));
  reporter.info(`Run image: ${formatImageReference(runImage.found)}`);
  await checkPlaces(outputsOf(options), [{ what: "run image", reference: runImage.found }], options.app);
  const previous = options.clearCache
    ? undefined
    : await readPreviousImage(options.previousImage, options.output, registryOf(options));
  if (previous) reporter.info(`Previous image: ${formatImageReference(previous.reference)}`);
  const room = await prepare(work, builder, options);
  const target = targetOf(runImage.image, distroOf((await room.files.readText("/etc/os-release")) ?? ""));
  const build = { target, execEnv };
  const lookUp = buildpackLookUp(room);

  reporter.step("Detecting");
  if (await hasExtensions(room.files))
    reporter.warn("the builder's image extensions are left out: cnb runs buildpacks only");
  const launcher = launcherVersion(room);
  const detection = await detectPhase(room, lookUp, build);
  if (detection.outcome === "undetected") throw detectionError(options.app, detection);
  const { group } = detection;
  for (const element of group) reporter.info(nameOf(element));

  reporter.step("Restoring");
  const cache = await openLayerCache(options.cache ?? (await defaultCache(options)), {
    work: work.dir,
    owner: buildOwner(builder),
    signal,
  });
  if (cache.problem) reporter.warn(`starting without the cache: ${cache.problem}`);
  const plan = { group, plan: detection.plan, lookUp, build };
  try {
    return await buildWithCache(room, { options, runImage, previous, launcher, ...plan, cache });
  } finally {
    await closeCache(cache, work, reporter);
  }
}

interface BuildInputs {
  readonly options: BuildImageOptions;
  readonly runImage: RunImage;
  readonly previous: PreviousImage | undefined;
  readonly launcher: ReturnType<typeof launcherVersion>;
  readonly group: Group;
  readonly plan: readonly PlanEntry<Require>[];
  readonly lookUp: LookUp;
  readonly build: BuildTarget;
  readonly cache: LayerCache;
}

async function buildWithCache(room: BuildRoom, inputs: BuildInputs): Promise<BuildReport> {
  const { options, runImage, previous, launcher, group, plan, lookUp, build, cache } = inputs;
  const { reporter } = options;
  const remembered = options.clearCache ? { ...cache, metadata: { buildpacks: [] } } : cache;
  const restored = await restorePhase(room, { group, previous, cache: remembered, reporter });

  const result = await buildPhase(room, { group, plan, lookUp, build, reporter });

  reporter.step("Exporting");
  const survey = surveyOnce();
  const built = await readBuiltLayers(room.files, group);
  const store = await openBlobStore(cacheDir(options.env, "blobs"));
  const exported = await exportLayers(room, {
    built,
    result,
    previous,
    restored,
    survey,
    store,
    onLayer: (layer) => announce(reporter, layer),
  });
  const { metadata } = result;
  const image = appImage({
    runImage,
    exported,
    metadata,
    launcher: await launcher,
    platformApi: room.builder.platformApi,
    execEnv: build.execEnv,
    created: createdTime(options),
    defaultProcess: options.defaultProcess,
  });
  const { manifestDigest } = await writeAll(image, options);
  await cachePhase(room, { built, result, restored, survey, exported: exported.metadata.buildpacks, cache, reporter });
  return report(manifestDigest, group, metadata, exported.layers);
}

/** After a failed build the old cache stays as far as possible. That the rest is lost must not hide why the build failed. */
async function closeCache(cache: LayerCache, { dir, layers }: WorkDir, reporter: Reporter): Promise<void> {
  try {
    for (const path of await cache.close())
      reporter.warn(`${relative(layers, join(dir, path))} is no longer in the cache: this build changed it and failed`);
  } catch (error) {
    reporter.warn(`cannot restore the cache in ${cache.dir}: ${(error as Error).message}`);
  }
}

/** Unpacks the builder and copies the app, side by side. */
async function prepare(work: WorkDir, builder: Builder, options: BuildImageOptions): Promise<BuildRoom> {
  const { env, reporter, signal } = options;
  const own = await ownPlaces(options.app, outputsOf(options), [
    ...[cacheDir(env), work.dir],
    ...(options.cache === undefined ? [] : [options.cache]),
  ]);
  const copied = copyTree(await realpath(options.app), work.app, {
    mode: gitMode,
    isExcluded(path) {
      if (!own.has(path)) return false;
      reporter.warn(`${path} is left out of the application: cnb writes it`);
      return true;
    },
    owner: buildOwner(builder),
    onSkipped: (path) => reporter.warn(`${path} is left out: it is a socket, a pipe or a device`),
    signal,
  });
  const [rootfs, backend] = await Promise.all([
    unpackImage(builder.image, { cacheDir: cacheDir(env), reporter }),
    chooseBackend(),
    copied,
  ]);
  const network = options.network ?? true;
  const userEnv = options.userEnv ?? new Map();
  const authorities = await readAuthorities(options.certificates ?? []);
  return openBuildRoom({
    builder,
    rootfs,
    work,
    backend,
    userEnv,
    proxyEnv: network ? proxiesOf(env) : {},
    network,
    authorities,
    signal,
  });
}

function proxiesOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

const defaultCache = async ({ env, app, output }: BuildImageOptions): Promise<string> =>
  cacheFolderOf(
    cacheDir(env, "builds"),
    app,
    formatImageReference(output.kind === "oci" ? { ...output, dir: resolve(output.dir) } : output),
  );

async function writeAll(
  image: Parameters<typeof writeImage>[0],
  options: BuildImageOptions,
): Promise<{ readonly manifestDigest: Digest }> {
  options.signal.throwIfAborted();
  const registry = registryOf(options);
  const written = await writeImage(image, options.output, { registry, ...nameFor(options.output) });
  for (const tag of options.tags ?? []) await writeImage(image, tag, { registry, ...nameFor(tag) });
  return written;
}

function announce(reporter: Reporter, { name, state, reason, layer }: ExportedLayer): void {
  reporter.info(`${state === "added" ? "Added " : "Reused"} ${name} (${humanSize(layer.size)}): ${reason}`);
}

function report(
  manifestDigest: Digest,
  group: Group,
  metadata: Awaited<ReturnType<typeof buildPhase>>["metadata"],
  layers: readonly ExportedLayer[],
): BuildReport {
  return {
    manifestDigest,
    group,
    processes: metadata.processes.map(({ type, command, args }) => ({ type, command, args: args ?? [] })),
    layers: layers.map(({ name, state, reason, layer }) => ({
      name,
      state,
      reason,
      diffId: layer.diffId,
      size: layer.size,
    })),
  };
}
