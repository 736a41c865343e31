import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { writeImages } from "../oci/image-io.ts";
import type { Digest } from "../oci/model/digest.ts";
import { type ImageIndex, serializeIndex } from "../oci/model/image-index.ts";
import { formatImageReference, type ImageReference, parseImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { ImageArtifacts } from "../oci/sink/image-artifacts.ts";
import { type PublishedDigests, platformTag, publishedDigests } from "./published.ts";

/** The names under which a builder is written. */
export interface BuilderOutput {
  readonly reference: ImageReference;
  /** Additional names of the builder. */
  readonly tags: readonly string[];
  /** True to also give each platform's image its own tag. */
  readonly suffix: boolean;
  /** The image name recorded inside of a layout or an archive. */
  readonly name?: string;
  readonly registry: RegistryOptions;
  /** Creates the artifacts that refer to the images, such as signatures. */
  readonly artifacts?: ImageArtifacts | undefined;
}

/** The name and digest of a written builder. */
export interface WrittenBuilder {
  readonly location: string;
  readonly digest: Digest;
  /** True if the destination already had an identical builder. */
  readonly isUnchanged?: true;
}

/**
 * Requests the current digests of a builder's names from their registries. The requests run while
 * the builder's configuration is read.
 */
export const askPublished = ({ reference, tags, registry }: BuilderOutput): PublishedDigests =>
  publishedDigests([reference, ...tags.map(parseImageReference)], registry);

/**
 * Writes builders under all names. If a name in a registry already refers to the same builders,
 * nothing is written to that registry.
 *
 * @throws CnbError OUTPUT_UNWRITABLE, OUTPUT_NOT_A_LAYOUT, REGISTRY_…
 */
export async function writeBuilder(
  index: ImageIndex,
  output: BuilderOutput,
  published: PublishedDigests,
): Promise<WrittenBuilder[]> {
  const apart = output.suffix && index.images.length > 1 ? imagesApart(index, output) : [];
  const written: WrittenBuilder[] = [];
  for (const [images, reference] of apart) written.push(await write(images, reference, output));
  const others = output.tags.map(parseImageReference);
  if (output.reference.kind !== "registry") {
    const { digest } = await writeImages(index, output.reference, output);
    const names = output.reference.kind === "docker-daemon" ? [] : others;
    written.push({ location: formatImageReference(output.reference), digest });
    for (const reference of names) written.push(await write(index, reference, output));
    return written;
  }
  const { digest } = serializeIndex(index).top;
  for (const reference of [output.reference, ...others]) {
    // The artifacts of images that are already published may be missing.
    const isPresent = output.artifacts === undefined && (await published(reference)) === digest;
    written.push(
      isPresent
        ? { location: formatImageReference(reference), digest, isUnchanged: true }
        : await write(index, reference, output),
    );
  }
  return written;
}

function imagesApart(index: ImageIndex, { reference }: BuilderOutput): (readonly [ImageIndex, ImageReference])[] {
  if (reference.kind !== "registry")
    throw new CnbError("ARGUMENT_INVALID", "--append-image-name-suffix applies only to images in a registry", {
      hint: "Remove the option. An output outside a registry contains the images of all platforms.",
    });
  return index.images.map((image) => [
    { images: [image] },
    { ...reference, tag: platformTag(reference.tag, image.config) },
  ]);
}

async function write(
  index: ImageIndex,
  reference: ImageReference,
  { registry, name, artifacts }: BuilderOutput,
): Promise<WrittenBuilder> {
  const { digest } = await writeImages(index, reference, { registry, artifacts, ...defined({ name }) });
  return { location: formatImageReference(reference), digest };
}
