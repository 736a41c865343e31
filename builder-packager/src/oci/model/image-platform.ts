import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { Image } from "./image.ts";
import { isConfig, isIndex, isManifest } from "./media-type.ts";
import type { Descriptor, Platform } from "./spec.ts";

const architectures: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/**
 * Returns the platform of this machine, as OCI names it. The operating system is always Linux,
 * because images are for Linux.
 */
export const hostPlatform = (arch: string = process.arch): Platform => ({
  os: "linux",
  architecture: architectures[arch] ?? arch,
});

/** Returns the platform in a configuration. The fields are in the order in which Go writes them. */
export function platformOf(config: Platform): Platform {
  const { architecture, os, variant } = config;
  const { "os.version": version, "os.features": features } = config;
  return {
    architecture,
    os,
    ...defined({ "os.version": version, "os.features": features, variant }),
  };
}

/** Formats a platform, for example `linux/arm64/v8`. */
export const formatPlatform = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");

/**
 * True if an image for the platform `offered` can be used for `wanted`. Variants are compared only
 * if both platforms have one.
 */
export const platformMatches = (offered: Platform, wanted: Platform): boolean =>
  offered.os === wanted.os &&
  offered.architecture === wanted.architecture &&
  (wanted.variant === undefined || offered.variant === undefined || offered.variant === wanted.variant);

/**
 * True if a descriptor refers to an image or an index of images. BuildKit's attestations have the
 * platform unknown/unknown.
 */
export const isImage = ({ mediaType, platform, artifactType }: Descriptor): boolean =>
  (isManifest(mediaType) || isIndex(mediaType)) &&
  platform?.os !== "unknown" &&
  (artifactType === undefined || isConfig(artifactType));

/**
 * Chooses the descriptor in an index: the only descriptor, or the descriptor for the requested
 * platform (default: this machine's).
 *
 * @throws CnbError IMAGE_PLATFORM_MISMATCH, IMAGE_NOT_FOUND.
 */
export function chooseManifest(
  manifests: readonly Descriptor[],
  wanted: Platform | undefined,
  where: string,
): Descriptor {
  const images = manifests.filter(isImage);
  const [first] = images;
  if (first === undefined) throw new CnbError("IMAGE_NOT_FOUND", `${where} contains no image`);
  if (images.length === 1 && (wanted === undefined || first.platform === undefined)) return first;
  const platform = wanted ?? hostPlatform();
  const found = images.find((image) => image.platform && platformMatches(image.platform, platform));
  if (found) return found;
  throw platformMismatch(
    where,
    platform,
    images.flatMap((image) => (image.platform ? [image.platform] : [])),
  );
}

/**
 * Chooses the only image, or the image for the requested platform (default: this machine's).
 *
 * @throws CnbError IMAGE_PLATFORM_MISMATCH.
 */
export function chooseImage(images: readonly Image[], wanted: Platform | undefined, where: string): Image {
  const [only, second] = images;
  if (only && !second && wanted === undefined) return only;
  const platform = wanted ?? hostPlatform();
  const found = images.find(({ config }) => platformMatches(config, platform));
  if (found) return found;
  throw platformMismatch(
    where,
    platform,
    images.map(({ config }) => config),
  );
}

export function platformMismatch(where: string, wanted: Platform, offered: readonly Platform[]): CnbError {
  const list = [...new Set(offered.map(formatPlatform))].join(", ");
  return new CnbError(
    "IMAGE_PLATFORM_MISMATCH",
    `${where} has no image for ${formatPlatform(wanted)}, only ${list ? `for ${list}` : "images without a platform"}`,
    {
      hint: `Request a platform that the image has, or use an image for ${formatPlatform(wanted)}.`,
    },
  );
}
