import { join } from "node:path";
import { nameOf } from "libcnb/internal";
import type { Group } from "libcnb/lifecycle-rules";
import { buildahAvailability } from "../../buildah/availability.ts";
import { unpackInCache } from "../../cache/unpack.ts";
import { cacheDir } from "../../cache-dirs.ts";
import { CnbError } from "../../errors.ts";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import type { Image } from "../../oci/model/image.ts";
import { formatImageReference, parseImageReference } from "../../oci/model/reference.ts";
import { type BuildSettings, outputsOf, type RegistrySettings, registryOf } from "../build-options.ts";
import { exportLevel } from "../export/export-layer.ts";
import type { ResolvedPlan } from "../formats/build-plan.ts";
import { findNamedRunImage, holds, type RunImage } from "../images/run-image.ts";
import { type BuildTarget, targetMatches } from "../images/target.ts";
import { checkOutputPaths } from "../output-paths.ts";
import type { LookUp } from "../phases/look-up.ts";
import { readTarget } from "../phases/read-target.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import { type Extender, openExtender } from "./extend-phase.ts";
import { generate } from "./generate-phase.ts";
import { chooseRunImage, type GeneratedDockerfile, isForEachBuild } from "./generated.ts";

/** The inputs of the generate and extend phases. */
export interface ExtendInput {
  /**
   * The group of buildpacks. They must support the run image if an extension selects another one.
   */
  readonly group: Group;
  /** The extensions that passed detection, in order. */
  readonly extensions: Group;
  readonly plan: ResolvedPlan;
  readonly lookUp: LookUp;
  readonly runImage: RunImage;
  readonly buildTarget: BuildTarget;
  readonly settings: ExtendSettings;
  /**
   * The start of this build in milliseconds since 1970. Newer files were created by `RUN`
   * instructions.
   */
  readonly sinceMs: number;
}

/** The options of a build that affect extensions. */
export type ExtendSettings = RegistrySettings &
  Pick<BuildSettings, "app" | "output" | "tags" | "backend" | "network" | "clearCache" | "compression" | "reporter">;

/** The inputs of the build and export phases, after extensions have changed them. */
export interface ExtensionOutputs {
  /** The environment for the buildpacks: that of the builder, or of the extended builder. */
  readonly environment: BuildEnvironment;
  readonly runImage: RunImage;
  readonly buildTarget: BuildTarget;
  /** The build plan without the entries that extensions provide. */
  readonly plan: ResolvedPlan;
}

/**
 * Runs the generate and extend phases: extensions generate Dockerfiles, which are applied to the
 * builder and to the run image.
 *
 * @throws CnbError EXTENSION_FAILED, EXTENSION_OUTPUT_INVALID, EXTENSION_APPLY_FAILED,
 * EXTENSIONS_UNAVAILABLE, ARCHITECTURE_MISMATCH.
 */
export async function applyExtensions(environment: BuildEnvironment, input: ExtendInput): Promise<ExtensionOutputs> {
  const { extensions, lookUp, settings, sinceMs } = input;
  const { reporter } = settings;
  const { dockerfiles, plan } = await generate(environment, {
    extensions,
    plan: input.plan,
    lookUp,
    buildTarget: input.buildTarget,
    reporter,
  });
  const ofBuilder = dockerfiles.filter(({ kind, facts }) => kind === "build" && facts.isExtending);
  const { base, dockerfiles: ofRun } = chooseRunImage(dockerfiles);
  const runImage = await switched(environment, base, input);
  const buildTarget = base === undefined ? input.buildTarget : await targetFor(environment, runImage, input);
  const extender = await extenderFor(environment, settings, sinceMs);
  try {
    const image = await extender.extend("run", runImage.image, ofRun);
    const extendedBuilder = await extendedEnvironment(environment, ofBuilder, extender, settings);
    const extended = ofRun.length > 0 ? { extended: image } : {};
    return {
      environment: extendedBuilder,
      runImage: { ...named(environment, runImage), ...extended },
      buildTarget,
      plan,
    };
  } finally {
    await extender.close();
  }
}

/** The run image that the last run.Dockerfile names, if any does. */
async function switched(
  { builder }: BuildEnvironment,
  name: string | undefined,
  { runImage, settings }: ExtendInput,
): Promise<RunImage> {
  if (name === undefined || name === formatImageReference(runImage.found) || name === runImage.names.image)
    return runImage;
  const isKnown = builder.runImages.some(holds(name));
  if (!isKnown) checkIsExternal(name);
  const found = await findNamedRunImage(builder, name, registryOf(settings));
  settings.reporter.info(`Run image: ${formatImageReference(found.found)}`);
  if (!isKnown) settings.reporter.warn(`the run image ${name} is not one of the builder's`);
  await checkOutputPaths(outputsOf(settings), [{ what: "run image", reference: found.found }], settings.app);
  return found;
}

/**
 * Refuses a run image on this machine. The app may influence an extension's output, so that output
 * must not choose files or images of this machine.
 */
function checkIsExternal(name: string): void {
  if (parseImageReference(name).kind === "registry") return;
  throw new CnbError(
    "EXTENSION_OUTPUT_INVALID",
    `an extension chose the run image ${name}, but extensions may only choose images in a registry`,
    {
      hint: "In run.Dockerfile of the extension, name an image in a registry, or a run image that builder.toml lists.",
    },
  );
}

/**
 * The target of the new run image. Buildpacks were detected for the previous run image, so this
 * checks that they also support the new one.
 */
async function targetFor(
  environment: BuildEnvironment,
  { image, found }: RunImage,
  { buildTarget, group, lookUp }: ExtendInput,
): Promise<BuildTarget> {
  const target = await readTarget(environment, image);
  for (const element of group) {
    const { targets } = await lookUp(element);
    if (targets.length === 0 || targets.some((one) => targetMatches(target, one))) continue;
    throw new CnbError(
      "EXTENSION_OUTPUT_INVALID",
      `extensions chose the run image ${formatImageReference(found)}, but buildpack ${nameOf(element)} does not support the target ${JSON.stringify(target)} of this image`,
      {
        hint: "Choose a run image for one of the targets in the buildpack's buildpack.toml, or contact the extension's author.",
      },
    );
  }
  return { ...buildTarget, target };
}

/**
 * Names a run image that the builder does not list by its own reference, as the lifecycle's
 * GetRunImageForExport does with extensions.
 */
function named({ builder }: BuildEnvironment, runImage: RunImage): RunImage {
  if (runImage.found.kind !== "registry") return runImage;
  const name = formatImageReference(runImage.found);
  return builder.runImages.some(holds(name)) ? runImage : { ...runImage, names: { image: name } };
}

async function extenderFor(
  environment: BuildEnvironment,
  { env, network = true, reporter, signal, compression, clearCache }: ExtendSettings,
  sinceMs: number,
): Promise<Extender> {
  return openExtender({
    network,
    reporter,
    signal,
    sinceMs,
    dir: join(environment.work.dir, "buildah"),
    cacheDir: cacheDir(env, "extended"),
    mayReuse: !clearCache,
    store: await openBlobStore(cacheDir(env, "blobs"), { compression, level: exportLevel }),
    check: checkAvailability,
  });
}

async function checkAvailability({ kind, extension }: GeneratedDockerfile): Promise<void> {
  const available = await buildahAvailability();
  if ("version" in available) return;
  throw new CnbError(
    "EXTENSIONS_UNAVAILABLE",
    `the ${kind}.Dockerfile of extension ${nameOf(extension)} cannot be applied: ${available.reason}`,
    { hint: available.advice ?? "Run cnb doctor to check whether image extensions can be applied on this machine." },
  );
}

async function extendedEnvironment(
  environment: BuildEnvironment,
  dockerfiles: readonly GeneratedDockerfile[],
  extender: Extender,
  settings: ExtendSettings,
): Promise<BuildEnvironment> {
  const [first] = dockerfiles;
  if (first === undefined) return environment;
  if (settings.backend === "direct") throw notInside(first);
  const image = await extender.extend("build", environment.builder.image, dockerfiles);
  return environment.inExtended(image, await unpacked(image, environment, dockerfiles, settings));
}

/**
 * The error for `--backend direct`: cnb runs in the builder itself then, and cannot replace its own
 * root file system.
 */
const notInside = ({ extension }: GeneratedDockerfile): CnbError =>
  new CnbError(
    "EXTENSIONS_UNAVAILABLE",
    `extension ${nameOf(extension)} extends the builder, but cnb runs in a container of the builder (--backend direct), which it cannot extend`,
    { hint: "Use another --backend, or create a builder that includes what build.Dockerfile adds." },
  );

/**
 * Unpacks the extended builder. If it differs in each build, it is unpacked in the work directory
 * instead of the cache.
 */
function unpacked(
  image: Image,
  { work }: BuildEnvironment,
  dockerfiles: readonly GeneratedDockerfile[],
  { env, reporter, signal }: ExtendSettings,
): Promise<string> {
  const isForThisBuild = dockerfiles.some(isForEachBuild);
  return unpackInCache(image, { cacheDir: isForThisBuild ? work.dir : cacheDir(env), reporter, signal });
}
