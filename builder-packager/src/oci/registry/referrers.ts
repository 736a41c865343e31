import type { Digest } from "../model/digest.ts";
import { parseIndex } from "../model/document.ts";
import { mediaTypes } from "../model/media-type.ts";
import { formatImageReference, type ImageReference } from "../model/reference.ts";
import type { Descriptor } from "../model/spec.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { openRepository, type RegistryClient } from "./client.ts";
import { RegistryRefusal } from "./errors.ts";
import { pages } from "./pages.ts";
import { fallbackList } from "./referrers-tag.ts";
import { repositoryOf } from "./repository-of.ts";
import { resolveDigest } from "./resolve.ts";

/** Options of {@link referrers}. */
export interface ReferrersOptions extends RegistryOptions {
  /**
   * Only returns referrers of this type, for example `application/vnd.cyclonedx+json`. @default all
   * types
   */
  readonly artifactType?: string;
}

/**
 * Lists the referrers of an image: SBOMs, signatures and other attached artifacts. For registries
 * without a referrers API, the fallback tag is read.
 *
 * @throws CnbError IMAGE_NOT_FOUND if the tag does not exist, REGISTRY_….
 * @example `const attached = await referrers(parseImageReference("example.com/app:1"))`
 */
export async function referrers(reference: ImageReference, options: ReferrersOptions = {}): Promise<Descriptor[]> {
  const { artifactType } = options;
  const named = repositoryOf(reference, "list the referrers of");
  const purpose = `list the referrers of ${formatImageReference(named)}`;
  const digest = await resolveDigest(named, options);
  const client = await openRepository(named, "pull", purpose, options);
  const listed = (await ownList(client, digest, artifactType)) ?? (await fallbackList(client, digest));
  return listed.filter((each) => artifactType === undefined || each.artifactType === artifactType);
}

/** The registry's own list; undefined when it keeps none. Whether it filters is its choice. */
async function ownList(
  client: RegistryClient,
  digest: Digest,
  artifactType: string | undefined,
): Promise<readonly Descriptor[] | undefined> {
  const query = artifactType === undefined ? "" : `?${new URLSearchParams({ artifactType })}`;
  const listed: Descriptor[] = [];
  try {
    for await (const { bytes, response } of pages(client, `referrers/${digest}${query}`)) {
      if (response.header("content-type")?.split(";")[0]?.trim() !== mediaTypes.ociIndex) return undefined;
      listed.push(...parseIndex(bytes, `the list of referrers of ${digest}`).manifests);
    }
    return listed;
  } catch (error) {
    // 404 by the specification; others answer as if the request was wrong, Artifactory 406.
    const unknown = error instanceof RegistryRefusal && [400, 404, 405, 406].includes(error.status);
    if (unknown) return undefined;
    throw error;
  }
}
