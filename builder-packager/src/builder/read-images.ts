import { CnbError } from "../errors.ts";
import type { Image } from "../oci/image.ts";
import { readImage } from "../oci/image-io.ts";
import { formatPlatform, hostPlatform, platformMatches } from "../oci/platform.ts";
import type { Platform } from "../oci/spec.ts";
import { type BuildImageFacts, buildImageFacts } from "./base-image.ts";
import type { BuilderToml } from "./builder-toml.ts";
import { imageReferenceIn } from "./module-source.ts";
import { builderInvalid, refuseProblems } from "./problems.ts";
import { namedRunImage, type RunImageOptions } from "./run-image.ts";
import type { NamedRunImage } from "./validate.ts";

/**
 * Reads the build image, for the platform given, else for one of `[[targets]]` (this machine's first).
 *
 * @throws CnbError BUILDER_INVALID for an image that buildpacks cannot run in
 */
export async function readBuildImage(
  config: BuilderToml,
  options: RunImageOptions,
): Promise<{ readonly image: Image; readonly facts: BuildImageFacts; readonly platform: Platform }> {
  const platform = options.platform ?? targetPlatform(config);
  options.reporter.step(`Reading build image ${config.buildImage}`);
  const reference = imageReferenceIn(options.dir, config.buildImage);
  const image = await readImage(reference, { ...options, ...(platform && { platform }) });
  return { image, facts: checkedFacts(config, image), platform: platformOf(image) };
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

function targetPlatform({ targets }: BuilderToml): Platform | undefined {
  const platforms = targets.map(({ os, arch, variant }) => ({ os, architecture: arch, ...(variant && { variant }) }));
  return platforms.find((platform) => platformMatches(hostPlatform(), platform)) ?? platforms[0];
}

const platformOf = ({ config: { os, architecture, variant } }: Image): Platform => ({
  ...{ os, architecture },
  ...(variant !== undefined && { variant }),
});

function checkedFacts({ buildImage, stackId }: BuilderToml, image: Image): BuildImageFacts {
  const facts = buildImageFacts(image);
  const what = `${buildImage} cannot be a build image`;
  if ("problems" in facts)
    throw builderInvalid(
      what,
      facts.problems.map((problem) => `it ${problem}`),
    );
  const otherStack = stackId !== undefined && facts.stackId !== stackId;
  refuseProblems(what, otherStack ? [`it is of stack ${facts.stackId ?? "none"}, not ${stackId}`] : []);
  return facts;
}
