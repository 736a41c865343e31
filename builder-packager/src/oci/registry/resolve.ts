import type { Digest } from "../model/digest.ts";
import { formatImageReference, type ImageReference } from "../model/reference.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { readManifest } from "./manifest-read.ts";
import { openReader } from "./reader.ts";
import { repositoryOf } from "./repository-of.ts";

/**
 * Returns the digest to which a name currently refers: the digest of the index if the image has
 * one, otherwise the digest of its manifest. The digest is computed from the content, without
 * trusting the registry.
 *
 * @throws CnbError IMAGE_NOT_FOUND, REGISTRY_….
 * @example `const digest = await resolve(parseImageReference("example.com/app:1"))`
 */
export async function resolveDigest(reference: ImageReference, options: RegistryOptions = {}): Promise<Digest> {
  const named = repositoryOf(reference, "resolve");
  if (named.digest !== undefined) return named.digest;
  const where = formatImageReference(named);
  const reader = await openReader(named, `pull ${where}`, options);
  return (await readManifest(reader, { name: named.tag ?? "latest", where })).digest;
}
