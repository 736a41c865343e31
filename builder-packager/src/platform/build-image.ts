import type { Order } from "libcnb/lifecycle-rules";
import { cacheDir } from "../cache-dirs.ts";
import { CnbError } from "../errors.ts";
import { withOpenUmask } from "../files/open-umask.ts";
import { type AddedBuildpacks, type BuildSettings, outputsOf, registryOf } from "./build-options.ts";
import { type BuildReport, reportOf } from "./build-report.ts";
import { withCache } from "./cache/build-cache.ts";
import { returnTrees } from "./cache/moved-trees.ts";
import { checkOptions } from "./check-options.ts";
import { exportImage } from "./export/export-image.ts";
import { defaultProcessType } from "./export/process-types.ts";
import type { ExtendInput, ExtensionOutputs } from "./extensions/extension-phase.ts";
import { launcherVersion } from "./formats/lifecycle-version.ts";
import { readExtensionOrder, readOrder, readSystem, withSystemBuildpacks } from "./formats/order-toml.ts";
import { type Builder, readBuilder } from "./images/builder.ts";
import { containerBuilder } from "./images/container-builder.ts";
import type { PreviousImage } from "./images/previous-image.ts";
import { analyze } from "./phases/analyze-phase.ts";
import { type BuildResult, build } from "./phases/build-phase.ts";
import { detect } from "./phases/detect-phase.ts";
import { buildpackLookUp } from "./phases/look-up.ts";
import { lostProcesses } from "./phases/lost-processes.ts";
import { readTarget } from "./phases/read-target.ts";
import { restore } from "./phases/restore-phase.ts";
import { withinTime } from "./phases/within-time.ts";
import type { BuildEnvironment } from "./rootfs/build-environment.ts";
import { createDirectWorkDir } from "./rootfs/direct-work-dir.ts";
import { keepLayers, keepWorkDir } from "./rootfs/kept-work-dir.ts";
import { prepareRootfs } from "./rootfs/prepare-rootfs.ts";
import { createWorkDir, type WorkDir } from "./rootfs/work-dir.ts";
import { workspaceOf } from "./workspace.ts";

export type { BuildReport } from "./build-report.ts";

/**
 * Builds an app in the lifecycle's phases: analyze, detect, restore, build and export. The settings
 * are complete: `src/project` has already applied those of project.toml.
 */
export async function buildImage(settings: BuildSettings): Promise<BuildReport> {
  return withinTime({ ...settings, timedOut }, (signal) => buildUntimed({ ...settings, signal }));
}

const timedOut = (timeoutMs: number): CnbError =>
  new CnbError("BUILD_TIMED_OUT", `the build was stopped: it took longer than ${timeoutMs / 1000} s`, {
    hint: "Increase --timeout, or use --verbose to see what takes so long.",
  });

async function buildUntimed(settings: BuildSettings): Promise<BuildReport> {
  await checkOptions(settings);
  const builder = await (settings.backend === "direct"
    ? containerBuilder(settings.env)
    : readBuilder(settings.builder, registryOf(settings)));
  return withOpenUmask(() => inWorkDir(settings, (work, signal) => buildIn(work, builder, { ...settings, signal })));
}

/**
 * Creates the work directory for `use`, and removes or keeps it afterwards. When the build ends, the signal
 * aborts operations that still run: they would keep the process alive, and write into the directory
 * while it is removed.
 */
async function inWorkDir<Result>(
  settings: Pick<BuildSettings, "workspace" | "backend" | "keepWorkDir" | "env" | "reporter" | "signal">,
  use: (work: WorkDir, signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { env, signal, backend, reporter, keepWorkDir: isKept = false } = settings;
  const end = new AbortController();
  const create = backend === "direct" ? createDirectWorkDir : createWorkDir;
  const made = await create(cacheDir(env, "work"), returnTrees, reporter.warn);
  const work = { ...made, inside: { ...made.inside, app: workspaceOf(settings) } };
  return use(work, AbortSignal.any([signal, end.signal]))
    .finally(() => end.abort(new Error("the build has ended")))
    .finally(() => (isKept ? keepWorkDir(work, reporter) : work.remove()));
}

/** The phases of the Platform API. Each function's input names what the phase needs, and its result what it adds. */
async function buildIn(work: WorkDir, builder: Builder, settings: BuildSettings): Promise<BuildReport> {
  const { app, execEnv = "production", clearCache: skipLayers = false, reporter } = settings;
  const sinceMs = Date.now();
  const { runImage, previousImage } = await analyze({
    builder,
    app,
    outputs: outputsOf(settings),
    runImage: settings.runImage,
    previousImage: settings.previousImage,
    skipLayers,
    registry: registryOf(settings),
    reporter,
  });
  const added = await settings.addBuildpacks?.(builder, settings.signal);
  const environment = await prepareRootfs({ work, builder, added, settings });
  const buildTarget = { target: await readTarget(environment, runImage.image), execEnv };
  const launcher = launcherVersion(environment);
  const lookUp = buildpackLookUp(environment);
  const orderExtensions = added?.extensions ?? (await readExtensionOrder(environment.files));
  const order = await orderOf(environment, added, settings);
  const detected = await detect(environment, { order, orderExtensions, lookUp, buildTarget, app, reporter });
  const { group, extensions } = detected;
  const extended = await extend(environment, {
    group,
    extensions,
    plan: detected.plan,
    lookUp,
    runImage,
    buildTarget,
    settings,
    sinceMs,
  });
  reporter.step("Restoring");
  return withCache({ work, builder, settings }, async (cache) => {
    const restored = await restore(environment, { group, previousImage, cache, skipLayers, reporter });
    const result = await build(extended.environment, {
      group,
      extensions,
      plan: extended.plan,
      lookUp,
      buildTarget: extended.buildTarget,
      reporter,
    }).finally(() => (settings.keepWorkDir ? keepLayers(work, reporter) : undefined));
    warnOfLostProcesses(previousImage, result, settings);
    const { manifestDigest, layers } = await exportImage(environment, {
      runImage: extended.runImage,
      previousImage,
      group,
      result,
      restored,
      cache,
      launcher: await launcher,
      execEnv,
      settings,
    });
    return reportOf(manifestDigest, group, result.metadata, layers);
  });
}

/** The builder's groups, or the order derived from them, with the system buildpacks around each. */
async function orderOf(
  { files, builder }: BuildEnvironment,
  added: AddedBuildpacks | undefined,
  { systemBuildpacks = true }: Pick<BuildSettings, "systemBuildpacks">,
): Promise<Order> {
  const groups = await readOrder(files);
  const order = added ? added.order(groups) : groups;
  return systemBuildpacks ? withSystemBuildpacks(order, await readSystem(files, builder.platformApi)) : order;
}

/** Applies image extensions. Most builds have none and do not load the code for them. */
async function extend(environment: BuildEnvironment, input: ExtendInput): Promise<ExtensionOutputs> {
  const { extensions, runImage, buildTarget, plan } = input;
  if (extensions.length === 0) return { environment, runImage, buildTarget, plan };
  const { applyExtensions } = await import("./extensions/extension-phase.ts");
  return applyExtensions(environment, input);
}

/** Warns about processes that only the previous image has. A default process that the user names is expected. */
function warnOfLostProcesses(
  previousImage: PreviousImage | undefined,
  { metadata: { processes, defaultProcess } }: BuildResult,
  { defaultProcess: chosen, reporter }: Pick<BuildSettings, "defaultProcess" | "reporter">,
): void {
  if (previousImage === undefined) return;
  const { config } = previousImage.image;
  const defaultType = chosen === undefined ? defaultProcess : defaultProcessType(config);
  for (const line of lostProcesses(config, { types: processes.map(({ type }) => type), defaultType }))
    reporter.warn(line);
}
