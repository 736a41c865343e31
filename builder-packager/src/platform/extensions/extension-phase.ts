import { join } from "node:path";
import { type Group, nameOf } from "libcnb/lifecycle-rules";
import { buildahAvailability } from "../../buildah/availability.ts";
import { unpackInCache } from "../../cache/unpack.ts";
import { cacheDir } from "../../cache-dirs.ts";
import { CnbError } from "../../errors.ts";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import type { Image } from "../../oci/model/image.ts";
import { formatImageReference, parseImageReference } from "../../oci/model/reference.ts";
import { type BuildSettings, outputsOf, registryOf } from "../build-options.ts";
import { exportLevel } from "../export/export-layer.ts";
import { findNamedRunImage, holds, type RunImage, targetOf } from "../images/run-image.ts";
import type { BuildTarget } from "../images/target.ts";
import { distroOf, targetMatches } from "../images/target.ts";
import { checkOutputPaths } from "../output-paths.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import { textIfReadable } from "../rootfs/sandbox-files.ts";
import { type Extender, openExtender } from "./extend-phase.ts";
import { type GenerateInputs, generatePhase } from "./generate-phase.ts";
import { chooseRunImage, type GeneratedDockerfile, isForEachBuild } from "./generated.ts";

/** The inputs of extensions. */
export interface ExtensionInputs extends Omit<GenerateInputs, "reporter"> {
  readonly group: Group;
  readonly runImage: RunImage;
}

/** The results of extensions for the build and the export. */
export interface ExtensionResult {
  /** The environment of buildpacks. */
  readonly buildEnvironment: BuildEnvironment;
  readonly runImage: RunImage;
  readonly build: BuildTarget;
  readonly plan: GenerateInputs["plan"];
}

/**
 * Generate and extend: extensions make Dockerfiles, which are applied to the builder and to the run image.
 *
 * @throws CnbError EXTENSION_FAILED, EXTENSION_OUTPUT_INVALID, EXTENSION_APPLY_FAILED, EXTENSIONS_UNAVAILABLE, ARCHITECTURE_MISMATCH.
 */
export async function extensionPhase(
  environment: BuildEnvironment,
  inputs: ExtensionInputs,
  options: BuildSettings,
  sinceMs: number,
): Promise<ExtensionResult> {
  const { dockerfiles, plan } = await generatePhase(environment, { ...inputs, reporter: options.reporter });
  const ofBuilder = dockerfiles.filter(({ kind, facts }) => kind === "build" && facts.isExtending);
  const { base, dockerfiles: ofRun } = chooseRunImage(dockerfiles);
  const runImage = await switched(environment, base, inputs, options);
  const build = base === undefined ? inputs.build : await targetFor(environment, runImage, inputs);
  const extender = await extenderFor(environment, options, sinceMs);
  try {
    const image = await extender.extend("run", runImage.image, ofRun);
    const buildEnvironment = await extendedEnvironment(environment, ofBuilder, extender, options);
    const extended = ofRun.length > 0 ? { extended: image } : {};
    return { plan, build, buildEnvironment, runImage: { ...named(environment, runImage), ...extended } };
  } finally {
    await extender.close();
  }
}

/** The run image that the last run.Dockerfile names, if any does. */
async function switched(
  { builder }: BuildEnvironment,
  name: string | undefined,
  { runImage }: ExtensionInputs,
  options: BuildSettings,
): Promise<RunImage> {
  if (name === undefined || name === formatImageReference(runImage.found) || name === runImage.names.image)
    return runImage;
  const isKnown = builder.runImages.some(holds(name));
  if (!isKnown) checkIsExternal(name);
  const found = await findNamedRunImage(builder, name, registryOf(options));
  options.reporter.info(`Run image: ${formatImageReference(found.found)}`);
  if (!isKnown) options.reporter.warn(`the run image ${name} is not one of the builder's`);
  await checkOutputPaths(outputsOf(options), [{ what: "run image", reference: found.found }], options.app);
  return found;
}

/** What an extension writes comes from the app, too: it must not choose files or images of this machine. */
function checkIsExternal(name: string): void {
  if (parseImageReference(name).kind === "registry") return;
  throw new CnbError("EXTENSION_OUTPUT_INVALID", `an extension chose the run image ${name}, which is on this machine`, {
    hint: "Name an image in a registry, or one that builder.toml lists as a run image.",
  });
}

/** The buildpacks were detected for the run image before: they must be for the new one, too. */
async function targetFor(
  { files }: BuildEnvironment,
  { image, found }: RunImage,
  { build, group, lookUp }: ExtensionInputs,
): Promise<BuildTarget> {
  const target = targetOf(image, distroOf((await textIfReadable(files, "/etc/os-release")) ?? ""));
  for (const element of group) {
    const { targets } = await lookUp(element);
    if (targets.length === 0 || targets.some((one) => targetMatches(target, one))) continue;
    throw new CnbError(
      "EXTENSION_OUTPUT_INVALID",
      `extensions chose the run image ${formatImageReference(found)}, which ${nameOf(element)} is not made for: ${JSON.stringify(target)}`,
      { hint: "Choose a run image for a target in buildpack.toml, or contact the extension's author." },
    );
  }
  return { ...build, target };
}

/** With extensions, one that the builder does not list is named by its own name (the lifecycle's GetRunImageForExport). */
function named({ builder }: BuildEnvironment, runImage: RunImage): RunImage {
  if (runImage.found.kind !== "registry") return runImage;
  const name = formatImageReference(runImage.found);
  return builder.runImages.some(holds(name)) ? runImage : { ...runImage, names: { image: name } };
}

async function extenderFor(environment: BuildEnvironment, options: BuildSettings, sinceMs: number): Promise<Extender> {
  const { env, network = true, reporter, signal, compression } = options;
  return openExtender({
    network,
    reporter,
    signal,
    sinceMs,
    dir: join(environment.work.dir, "buildah"),
    cacheDir: cacheDir(env, "extended"),
    mayReuse: !options.clearCache,
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
  options: BuildSettings,
): Promise<BuildEnvironment> {
  const [first] = dockerfiles;
  if (first === undefined) return environment;
  if (options.backend === "direct") throw notInside(first);
  const image = await extender.extend("build", environment.builder.image, dockerfiles);
  return environment.inExtended(image, await unpacked(image, environment, dockerfiles, options));
}

/** Cnb runs in the builder itself then, and what it stands on cannot be replaced. */
const notInside = ({ extension }: GeneratedDockerfile): CnbError =>
  new CnbError(
    "EXTENSIONS_UNAVAILABLE",
    `extension ${nameOf(extension)} extends the builder, which cannot be done in a container of the builder itself`,
    { hint: "Use another --backend, or create a builder that includes what build.Dockerfile adds." },
  );

/** What is made anew in each build is not worth keeping. */
function unpacked(
  image: Image,
  { work }: BuildEnvironment,
  dockerfiles: readonly GeneratedDockerfile[],
  { env, reporter, signal }: BuildSettings,
): Promise<string> {
  const isForThisBuild = dockerfiles.some(isForEachBuild);
  return unpackInCache(image, { cacheDir: isForThisBuild ? work.dir : cacheDir(env), reporter, signal });
}
