import type { TargetLock } from "../../config/lock-file.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { readImage } from "../../oci/image-io.ts";
import { digestOf } from "../../oci/model/digest.ts";
import type { Image } from "../../oci/model/image.ts";
import { formatPlatform } from "../../oci/model/image-platform.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import type { ImageReference } from "../../oci/model/reference.ts";
import { serializeImage } from "../../oci/model/serialize.ts";
import type { Platform } from "../../oci/model/spec.ts";
import { imageReferenceIn } from "../modules/module-uri.ts";
import type { BuilderTarget, BuilderToml } from "../toml/builder-toml.ts";
import { builderInvalid, refuseProblems } from "../toml/problems.ts";
import type { NamedRunImage } from "../validate.ts";
import { type BuildImageFacts, buildImageFacts } from "./base-image.ts";
import { namedRunImage, type RunImageOptions } from "./run-image.ts";

export interface ReadBaseOptions extends RunImageOptions {
  /** The platform to read. @default the build image's only platform, or this machine's */
  readonly target?: BuilderTarget;
  readonly lock?: TargetLock | undefined;
}

/** A build image and its properties. */
export interface BuildImage {
  readonly image: Image;
  readonly facts: BuildImageFacts;
  readonly platform: Platform;
}

/**
 * Reads the build image that builder.toml names.
 *
 * @throws CnbError BUILDER_INVALID if buildpacks cannot run in the image
 */
export async function readBuildImage(config: BuilderToml, options: ReadBaseOptions): Promise<BuildImage> {
  const { target, lock, dir } = options;
  options.reporter.step(`Reading build image ${config.buildImage}`);
  lock?.expect("build-image", [config.buildImage]);
  const named = imageReferenceIn(dir, config.buildImage);
  const pinned = lock?.pinned("build-image", config.buildImage);
  const reference = pinned && named.kind === "registry" ? ({ ...named, digest: pinned } as ImageReference) : named;
  const platform = target && platformOf(target);
  const image = await readImage(reference, { ...options, ...defined({ platform }) });
  lock?.found("build-image", config.buildImage, digestOf(serializeImage(image).manifest));
  return { image, facts: checkedFacts(config, image, target), platform: platformOf(image.config) };
}

/** Reads the run images for the platform of the build image. */
export function readRunImages(
  config: BuilderToml,
  platform: Platform,
  options: RunImageOptions,
): Promise<NamedRunImage[]> {
  return Promise.all(
    config.runImages.map((runImage) =>
      namedRunImage(runImage, { ...options, platform }).catch((cause) => {
        if (!(cause instanceof CnbError) || cause.code !== "IMAGE_PLATFORM_MISMATCH") throw cause;
        const problem = `the build image is for ${formatPlatform(platform)}: ${cause.message}`;
        throw builderInvalid("the builder cannot be assembled", [problem], cause.cause);
      }),
    ),
  );
}

const platformOf = ({ os, architecture, variant }: Platform): Platform => ({
  os,
  architecture,
  ...defined({ variant }),
});

function checkedFacts(config: BuilderToml, image: Image, target: BuilderTarget | undefined): BuildImageFacts {
  const facts = buildImageFacts(image);
  const what = `${config.buildImage} cannot be used as a build image`;
  if ("problems" in facts)
    throw builderInvalid(
      what,
      facts.problems.map((problem) => `it ${problem}`),
    );
  const otherStack = config.stackId !== undefined && facts.stackId !== config.stackId;
  refuseProblems(what, [
    ...(otherStack ? [`it has the stack ${facts.stackId ?? "(none)"}, not ${config.stackId}`] : []),
    ...distroProblems(image, target),
  ]);
  return facts;
}

/** Compares distributions. An image without one matches any, as in pack. */
function distroProblems(image: Image, target: BuilderTarget | undefined): string[] {
  const name = labelsOf(image)["io.buildpacks.base.distro.name"];
  const version = labelsOf(image)["io.buildpacks.base.distro.version"];
  const wanted = target?.distros ?? [];
  const fits = wanted.some(
    (distro) => distro.name === name && (!distro.version || !version || distro.version === version),
  );
  if (wanted.length === 0 || !name || fits) return [];
  const names = wanted.map((distro) => [distro.name, distro.version].filter(Boolean).join(" ")).join(" or ");
  return [`it is based on ${[name, version].filter(Boolean).join(" ")}, but the target requires ${names}`];
}
