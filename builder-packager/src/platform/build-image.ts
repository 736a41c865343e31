import { type Group, nameOf, type Order } from "libcnb/lifecycle-rules";
import { cacheDir } from "../cache-dirs.ts";
import { CnbError } from "../errors.ts";
import { withOpenUmask } from "../files/open-umask.ts";
import { formatImageReference } from "../oci/model/reference.ts";
import type { AddedBuildpacks } from "./build-options.ts";
import { type BuildImageOptions, type BuildSettings, outputsOf, registryOf } from "./build-options.ts";
import { type BuildReport, reportOf } from "./build-report.ts";
import { withCache } from "./cache/build-cache.ts";
import type { LayerCache } from "./cache/layer-cache.ts";
import { returnTrees } from "./cache/moved-trees.ts";
import { checkOptions } from "./check-options.ts";
import { exportImage } from "./export/export-image.ts";
import { defaultProcessType } from "./export/process-types.ts";
import type { ExtensionInputs } from "./extensions/extension-phase.ts";
import { launcherVersion } from "./formats/lifecycle-version.ts";
import { readExtensionOrder, readOrder, readSystem, withSystemBuildpacks } from "./formats/order-toml.ts";
import { type Builder, readBuilder } from "./images/builder.ts";
import { containerBuilder } from "./images/container-builder.ts";
import { type PreviousImage, readPreviousImage } from "./images/previous-image.ts";
import { findRunImage, type RunImage, targetOf } from "./images/run-image.ts";
import { type BuildTarget, distroOf } from "./images/target.ts";
import { checkOutputPaths } from "./output-paths.ts";
import { type BuildResult, buildPhase } from "./phases/build-phase.ts";
import { buildpackLookUp, detectPhase, type LookUp } from "./phases/detect-phase.ts";
import { detectionError } from "./phases/detection-error.ts";
import { lostProcesses } from "./phases/lost-processes.ts";
import { restorePhase } from "./phases/restore-phase.ts";
import { withinTime } from "./phases/within-time.ts";
import type { BuildEnvironment } from "./rootfs/build-environment.ts";
import { createDirectWorkDir } from "./rootfs/direct-work-dir.ts";
import { prepareRootfs } from "./rootfs/prepare-rootfs.ts";
import { textIfReadable } from "./rootfs/sandbox-files.ts";
import { createWorkDir, type WorkDir } from "./rootfs/work-dir.ts";
import { workspaceOf } from "./workspace.ts";

export type { BuildReport } from "./build-report.ts";

/**
 * Builds with decided settings: analyze, detect, restore, build, export. project.toml is evaluated
 * in `project`.
 */
export async function buildImage(options: BuildSettings): Promise<BuildReport> {
  return withinTime({ ...options, timedOut }, (signal) => buildUntimed({ ...options, signal }));
}

const timedOut = (timeoutMs: number): CnbError =>
  new CnbError("BUILD_TIMED_OUT", `the build was ended: it took longer than ${timeoutMs / 1000} s`, {
    hint: "Increase --timeout, or use --verbose to see what takes so long.",
  });

async function buildUntimed(options: BuildSettings): Promise<BuildReport> {
  await checkOptions(options);
  const builder = await (options.backend === "direct"
    ? containerBuilder(options.env)
    : readBuilder(options.builder, registryOf(options)));
  return withOpenUmask(() => inWorkDir(options, (work, signal) => buildIn(work, builder, { ...options, signal })));
}

/** Whatever still runs when a build has failed is ended: it would keep the process alive, and write into what is removed. */
async function inWorkDir<Result>(
  options: BuildImageOptions,
  use: (work: WorkDir, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { env, signal, backend, reporter } = options;
  const end = new AbortController();
  const create = backend === "direct" ? createDirectWorkDir : createWorkDir;
  const made = await create(cacheDir(env, "work"), returnTrees, reporter.warn);
  const work = { ...made, inside: { ...made.inside, app: workspaceOf(options) } };
  return use(work, AbortSignal.any([signal, end.signal]))
    .finally(() => end.abort(new Error("the build has ended")))
    .finally(work.remove);
}

async function buildIn(work: WorkDir, builder: Builder, options: BuildSettings): Promise<BuildReport> {
  const { reporter } = options;
  const begunMs = Date.now();
  const analyzed = await analyze(builder, options);
  const added = await options.addBuildpacks?.(builder, options.signal);
  const environment = await prepareRootfs(work, builder, added, options);
  const build = await buildTarget(environment, analyzed.runImage, options);
  const launcher = launcherVersion(environment);
  const extensions = added?.extensions ?? (await readExtensionOrder(environment.files));
  const detected = await detect(
    environment,
    { order: await orderOf(environment, added, options), extensions },
    build,
    options,
  );
  const extended = await extend(environment, { ...analyzed, ...detected, build }, options, begunMs);
  reporter.step("Restoring");
  return withCache(options, { work, builder }, (cache) =>
    buildWithCache(environment, { options, ...analyzed, launcher, ...detected, ...extended, cache }),
  );
}

/** What image extensions make of the builder and the run image; most builds have none. */
async function extend(
  environment: BuildEnvironment,
  inputs: Omit<ExtensionInputs, "extensions"> & Pick<Detected, "extensions">,
  options: BuildSettings,
  begunMs: number,
): Promise<Pick<BuildInputs, "buildEnvironment" | "runImage" | "build" | "plan">> {
  const { runImage, build, plan } = inputs;
  if (inputs.extensions.length === 0) return { buildEnvironment: environment, runImage, build, plan };
  const { extensionPhase } = await import("./extensions/extension-phase.ts");
  return extensionPhase(environment, inputs, options, begunMs);
}

interface Analyzed {
  readonly runImage: RunImage;
  readonly previous: PreviousImage | undefined;
}

async function analyze(builder: Builder, options: BuildImageOptions): Promise<Analyzed> {
  const { reporter } = options;
  reporter.step(`Analyzing (Platform API ${builder.platformApi})`);
  // Without a launcher the environment of launch layers is needed now: those that only the previous image has are rebuilt.
  const reading =
    options.clearCache || !builder.hasLauncher
      ? Promise.resolve(undefined)
      : readPreviousImage(options.previousImage, options.output, registryOf(options));
  reading.catch(() => undefined); // what is wrong with the run image is told first
  const runImage = await findRunImage(
    builder,
    { given: options.runImage, output: options.output },
    registryOf(options),
  );
  reporter.info(`Run image: ${formatImageReference(runImage.found)}`);
  await checkOutputPaths(outputsOf(options), [{ what: "run image", reference: runImage.found }], options.app);
  const previous = await reading;
  if (previous) reporter.info(`Previous image: ${formatImageReference(previous.reference)}`);
  return { runImage, previous };
}

async function buildTarget(
  { files }: BuildEnvironment,
  { image }: RunImage,
  { execEnv = "production" }: BuildImageOptions,
): Promise<BuildTarget> {
  const target = targetOf(image, distroOf((await textIfReadable(files, "/etc/os-release")) ?? ""));
  return { target, execEnv };
}

interface Detected {
  readonly group: Group;
  /** Image extensions that take part. */
  readonly extensions: Group;
  readonly plan: Parameters<typeof buildPhase>[1]["plan"];
  readonly lookUp: LookUp;
}

/** The builder's groups, or what was made of them, with the system buildpacks around each. */
async function orderOf(
  { files, builder }: BuildEnvironment,
  added: AddedBuildpacks | undefined,
  { systemBuildpacks = true }: BuildImageOptions,
): Promise<Order> {
  const groups = await readOrder(files);
  const order = added ? added.order(groups) : groups;
  return systemBuildpacks ? withSystemBuildpacks(order, await readSystem(files, builder.platformApi)) : order;
}

async function detect(
  environment: BuildEnvironment,
  { order, extensions: before }: { readonly order: Order; readonly extensions: Order },
  build: BuildTarget,
  { app, reporter }: BuildImageOptions,
): Promise<Detected> {
  reporter.step("Detecting");
  const lookUp = buildpackLookUp(environment);
  const detection = await detectPhase(environment, order, lookUp, build, before);
  if (detection.outcome === "undetected") throw detectionError(app, detection);
  for (const element of detection.group) reporter.info(`${element.extension ? "extension " : ""}${nameOf(element)}`);
  const extensions = detection.group.filter(({ extension }) => extension);
  const group = detection.group.filter(({ extension }) => !extension);
  return { group, extensions, plan: detection.plan, lookUp };
}

interface BuildInputs extends Analyzed, Detected {
  readonly options: BuildSettings;
  readonly launcher: ReturnType<typeof launcherVersion>;
  readonly build: BuildTarget;
  /** The environment of buildpacks: the builder, or its extended image. */
  readonly buildEnvironment: BuildEnvironment;
  readonly cache: LayerCache;
}

async function buildWithCache(environment: BuildEnvironment, inputs: BuildInputs): Promise<BuildReport> {
  const { options, previous, group, extensions, plan, lookUp, build, buildEnvironment, cache } = inputs;
  const { reporter } = options;
  const remembered = options.clearCache ? { ...cache, metadata: { buildpacks: [] } } : cache;
  const restored = await restorePhase(environment, { group, previous, cache: remembered, reporter });
  const result = await buildPhase(buildEnvironment, { group, extensions, plan, lookUp, build, reporter });
  warnOfLostProcesses(previous, result, options);
  reporter.step("Exporting");
  const launcher = await inputs.launcher;
  const { manifestDigest, layers } = await exportImage(environment, { ...inputs, launcher, result, restored });
  return reportOf(manifestDigest, group, result.metadata, layers);
}

/** A default process that the user names is no surprise. */
function warnOfLostProcesses(
  previous: PreviousImage | undefined,
  { metadata: { processes, defaultProcess } }: BuildResult,
  { defaultProcess: chosen, reporter }: BuildSettings,
): void {
  if (previous === undefined) return;
  const { config } = previous.image;
  const defaultType = chosen === undefined ? defaultProcess : defaultProcessType(config);
  for (const line of lostProcesses(config, { types: processes.map(({ type }) => type), defaultType }))
    reporter.warn(line);
}
