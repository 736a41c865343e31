import { CnbError } from "../../errors.ts";
import { type Engine, openEngine } from "../daemon/engine.ts";
import { refusedBy } from "../daemon/errors.ts";
import { inspectImage } from "../daemon/inspect.ts";
import { loadArchive, tagImage } from "../daemon/load.ts";
import type { DaemonOptions } from "../daemon/options.ts";
import { engineVersion } from "../daemon/version.ts";
import { layoutFiles } from "../files/layout-files.ts";
import { withoutZstdIn } from "../layers/without-zstd.ts";
import type { Digest } from "../model/digest.ts";
import type { Image } from "../model/image.ts";
import { type ImageIndex, type SerializedIndex, serializeIndex } from "../model/image-index.ts";
import { chooseImage } from "../model/image-platform.ts";
import { parseImageReference, type RegistryReference } from "../model/reference.ts";
import type { SerializedImage } from "../model/serialize.ts";
import { archiveBytes } from "./archive.ts";

/**
 * Loads an image into a Docker daemon or podman. If there are images for several platforms, the
 * image for the engine's own platform is loaded. If the engine already has the image, only the
 * names are added.
 *
 * @throws CnbError IMAGE_REFERENCE_INVALID, IMAGE_PLATFORM_MISMATCH, DAEMON_ADDRESS_INVALID,
 * DAEMON_UNREACHABLE, DAEMON_FAILED, BLOB_CORRUPT.
 */
export async function writeDockerDaemon(
  index: ImageIndex,
  { name, tags = [] }: { readonly name: string; readonly tags?: readonly string[] },
  options: DaemonOptions,
): Promise<SerializedIndex> {
  const names = [name, ...tags].map(daemonName);
  const purpose = `write docker-daemon:${name}`;
  const engine = await openEngine(purpose, options);
  const image = await imageFor(engine, index, `the image for docker-daemon:${name}`);
  const serialized = serializeIndex({ images: [image] });
  if ((await idOf(engine, serialized)) === undefined) await load(engine, image, names, purpose);
  const id = await idOf(engine, serialized);
  if (id === undefined) throw refusedBy(engine.where, purpose, "with success, but does not have the image");
  for (const { repository, tag } of names) await tagImage(engine, id, repository, tag);
  return serialized;
}

async function imageFor(engine: Engine, { images }: ImageIndex, where: string): Promise<Image> {
  const { platform, takesZstd } = await engineVersion(engine);
  const [first, second] = images;
  // A single image may well be for another platform: Docker runs it by emulation, or pushes it.
  const image = first && !second ? first : chooseImage(images, platform, where);
  return takesZstd ? image : withoutZstdIn(image);
}

/** An image's ID is the digest of its configuration, in Docker's containerd store that of its manifest. */
async function idOf(engine: Engine, { images: [image] }: SerializedIndex): Promise<Digest | undefined> {
  const { configDigest, manifestDigest } = image as SerializedImage;
  const found = (await inspectImage(engine, configDigest)) ?? (await inspectImage(engine, manifestDigest));
  return found?.id;
}

async function load(engine: Engine, image: Image, [first]: readonly DaemonName[], purpose: string): Promise<void> {
  const name = first && `${first.repository}:${first.tag}`;
  await loadArchive(engine, archiveBytes(layoutFiles({ images: [image] }, { name })), purpose);
}

interface DaemonName {
  readonly repository: string;
  readonly tag: string;
}

/** The whole name, which Docker shortens where it shows it, and podman takes as it is. */
function daemonName(name: string): DaemonName {
  const { registry, repository, tag = "latest", digest } = parseImageReference(`docker://${name}`) as RegistryReference;
  if (digest === undefined) return { repository: `${registry}/${repository}`, tag };
  throw new CnbError(
    "IMAGE_REFERENCE_INVALID",
    `cannot write docker-daemon:${name}: container engines name images by tag, not by digest`,
    {
      hint: "Use a tag instead of a digest, for example docker-daemon:shop:1.0.",
    },
  );
}
