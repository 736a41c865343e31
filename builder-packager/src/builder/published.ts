import { acceptManifests } from "../oci/model/media-type.ts";
import { formatImageReference, type ImageReference, type RegistryReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import { openRepository } from "../oci/registry/client.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";

/**
 * A function that returns the digest to which an image name currently refers in its registry;
 * undefined if the digest is unknown.
 */
export type PublishedDigests = (reference: ImageReference) => Promise<string | undefined>;

/**
 * Requests the current digests of image names from their registries, in parallel. Returns a
 * function that waits for the digest of a name.
 */
export function publishedDigests(references: readonly ImageReference[], options: RegistryOptions): PublishedDigests {
  const answers = new Map(
    references.flatMap((reference) =>
      reference.kind === "registry"
        ? [[formatImageReference(reference), publishedDigest(reference, options).catch(() => undefined)] as const]
        : [],
    ),
  );
  return async (reference) => answers.get(formatImageReference(reference));
}

/** The digest in the registry itself, because a mirror may be outdated. */
async function publishedDigest(reference: RegistryReference, options: RegistryOptions): Promise<string | undefined> {
  const client = await openRepository(reference, "pull", `push ${formatImageReference(reference)}`, options);
  const path = `manifests/${reference.tag ?? reference.digest ?? "latest"}`;
  const response = await client.send({
    method: "HEAD",
    path,
    expect: [200],
    headers: { accept: acceptManifests },
    once: true,
  });
  response.body.resume();
  return response.header("docker-content-digest");
}

/**
 * Returns the tag for one platform's image, as in pack: `TAG-linux-arm64`, or `linux-arm64` for the
 * tag `latest`.
 */
export function platformTag(tag: string | undefined, { os, architecture, variant }: Platform): string {
  const suffix = [os, architecture, ...(variant === undefined ? [] : [variant])].join("-");
  return tag === undefined || tag === "latest" ? suffix : `${tag}-${suffix}`;
}
