import { CnbError } from "../../errors.ts";
import { type Digest, digestOf } from "../model/digest.ts";
import { parseIndex, parseManifest } from "../model/document.ts";
import { isIndex } from "../model/media-type.ts";
import { formatImageReference, type ImageReference, type RegistryReference } from "../model/reference.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { openRepository } from "./client.ts";
import { readManifestOf } from "./manifest-read.ts";
import { putManifest } from "./manifest-write.ts";
import { repositoryOf } from "./repository-of.ts";

/** The annotations to add, and the tag of the result. */
export interface Annotate {
  /** Annotations to add; an existing one of the same name is replaced. */
  readonly annotations: Readonly<Record<string, string>>;
  /** The tag of the annotated image. @default the tag in the image's reference */
  readonly tag?: string | undefined;
}

/**
 * Adds annotations to the manifest or index of an image in a registry. The result is an image with
 * another digest; everything else in the document stays as it is.
 *
 * @returns the reference of the annotated image, and its digest.
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, REGISTRY_….
 * @example
 * ```ts
 * const annotations = { "org.opencontainers.image.source": "https://example.com/shop" };
 * const { digest } = await annotate(parseImageReference("example.com/shop:1"), { annotations });
 * ```
 */
export async function annotateImage(
  reference: ImageReference,
  { annotations, tag }: Annotate,
  options: RegistryOptions = {},
): Promise<{ readonly reference: RegistryReference; readonly digest: Digest }> {
  const { registry, repository, tag: ownTag, digest } = repositoryOf(reference, "annotate");
  const where = formatImageReference(reference);
  const newTag = tag ?? ownTag ?? (digest === undefined ? "latest" : undefined);
  const client = await openRepository({ registry, repository }, "pull,push", `annotate ${where}`, options);
  const stored = await readManifestOf(client, { name: digest ?? ownTag ?? "latest", where });
  const parsed = isIndex(stored.mediaType) ? parseIndex(stored.bytes, where) : parseManifest(stored.bytes, where);
  if (stored.mediaType.includes("docker"))
    throw new CnbError(
      "IMAGE_INVALID",
      `cannot annotate ${where}: its manifest has Docker's format, which does not support annotations`,
      {
        hint: "Build the image with a tool that writes OCI manifests, for example cnb build.",
      },
    );
  const bytes = Buffer.from(JSON.stringify({ ...parsed, annotations: { ...parsed.annotations, ...annotations } }));
  const changed = { bytes, digest: digestOf(bytes), mediaType: stored.mediaType };
  await putManifest(client, changed, newTag ?? changed.digest);
  const named = { kind: "registry", registry, repository } as const;
  return { reference: newTag === undefined ? named : { ...named, tag: newTag }, digest: changed.digest };
}
