import { CnbError } from "../../errors.ts";
import type { RegistryClient } from "./client.ts";
import type { StoredManifest } from "./manifest-read.ts";
import { addToFallback, subjectOf } from "./referrers-tag.ts";
import { bytesBody, discard } from "./transport/body.ts";

/**
 * Writes a manifest or an index under a tag or its digest. If the manifest has a subject and the
 * registry has no referrers API, this function also updates the fallback tag that lists the
 * subject's referrers.
 *
 * @throws CnbError REGISTRY_….
 */
export async function putManifest(client: RegistryClient, manifest: StoredManifest, name: string): Promise<void> {
  const { bytes, digest, mediaType } = manifest;
  const response = await client.send({
    method: "PUT",
    path: `manifests/${name}`,
    expect: [201],
    headers: { "content-type": mediaType },
    body: bytesBody(bytes),
  });
  discard(response.body);
  const stored = response.header("docker-content-digest");
  if (stored?.startsWith("sha256:") && stored !== digest)
    throw new CnbError(
      "REGISTRY_FAILED",
      `cannot ${client.purpose}: ${client.registry} stored the manifest as ${stored} instead of ${digest}`,
    );
  const subject = subjectOf(manifest);
  if (subject !== undefined && response.header("oci-subject") === undefined)
    await addToFallback(client, manifest, subject);
}
