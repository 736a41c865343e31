import { defined } from "../defined.ts";
import { writeImages } from "../oci/image-io.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { ImageIndex } from "../oci/model/image-index.ts";
import { formatImageReference, parseImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import type { ImageArtifacts } from "../oci/sink/image-artifacts.ts";
import { writeCnbFile } from "./cnb-file.ts";
import { formatOutput, outputFor, type PackageOutput } from "./output.ts";

/** The location and digest of a written buildpackage. */
export interface WrittenPackage {
  /** The location to write in builder.toml. */
  readonly location: string;
  /** The digest of the package's index, or of its only image. */
  readonly digest: Digest;
  readonly platforms: readonly Platform[];
}

export interface WriteOptions {
  readonly registry: RegistryOptions;
  readonly tags?: readonly string[] | undefined;
  readonly suffix?: boolean | undefined;
  readonly artifacts?: ImageArtifacts | undefined;
}

/**
 * Writes the images of a package to all outputs. The images for several platforms share one name in
 * each output.
 */
export async function writePackage(
  index: ImageIndex,
  outputs: readonly PackageOutput[],
  options: WriteOptions,
): Promise<WrittenPackage[]> {
  const written: WrittenPackage[] = [];
  for (const output of outputs) {
    // registries that let no tag be written twice would refuse the index
    if (options.suffix) written.push(...(await writeApart(index, output, options)));
    const own = await write(index, output, options);
    written.push(own, ...tagsOf(output, options).map((location) => ({ ...own, location })));
  }
  return written;
}

/** Further names of an image in a registry or an engine; files have none. */
function tagsOf(output: PackageOutput, { tags = [] }: WriteOptions): string[] {
  if (output.kind === "cnb") return [];
  const inEngine = output.reference.kind === "docker-daemon";
  return tags.map((tag) => (inEngine ? `docker-daemon:${tag}` : formatImageReference(parseImageReference(tag))));
}

async function writeApart(index: ImageIndex, output: PackageOutput, options: WriteOptions): Promise<WrittenPackage[]> {
  const written: WrittenPackage[] = [];
  if (output.kind === "cnb" || output.reference.kind !== "registry" || index.images.length < 2) return written;
  const { registry, artifacts } = options;
  for (const image of index.images)
    written.push(await write({ images: [image] }, outputFor(output, image.config), { registry, artifacts }));
  return written;
}

async function write(
  index: ImageIndex,
  output: PackageOutput,
  { registry, artifacts, tags = [] }: WriteOptions,
): Promise<WrittenPackage> {
  const { digest } =
    output.kind === "cnb"
      ? await writeCnbFile(index, output.file)
      : await writeImages(index, output.reference, { registry, tags, artifacts });
  const platforms = index.images.map(({ config: { os, architecture, variant } }) => ({
    os,
    architecture,
    ...defined({ variant }),
  }));
  return { location: formatOutput(output), digest, platforms };
}
