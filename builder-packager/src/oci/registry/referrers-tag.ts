import * as v from "valibot";
import { defined } from "../../defined.ts";
import { looseObject, record } from "../../schema.ts";
import type { Digest } from "../model/digest.ts";
import { parseIndex } from "../model/document.ts";
import { isIndex, mediaTypes } from "../model/media-type.ts";
import type { Descriptor } from "../model/spec.ts";
import type { RegistryClient } from "./client.ts";
import { RegistryRefusal } from "./errors.ts";
import { readManifestOf, type StoredManifest } from "./manifest-read.ts";
import { bytesBody, discard } from "./transport/body.ts";

/**
 * Returns the fallback tag that lists the referrers of a manifest if a registry has no referrers
 * API (https://github.com/opencontainers/distribution-spec, "Referrers Tag Schema").
 */
export const referrersTag = (digest: Digest): string => digest.replace(":", "-");

const referring = looseObject({
  subject: v.optional(looseObject({ digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)) })),
  artifactType: v.optional(v.string()),
  config: v.optional(looseObject({ mediaType: v.string() })),
  annotations: v.optional(record(v.string(), v.string())),
});

const fieldsOf = ({ bytes }: StoredManifest): v.InferOutput<typeof referring> | undefined => {
  try {
    return v.parse(referring, JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    return undefined; // a manifest that is to be deleted may be anything
  }
};

/**
 * Returns the digest of the manifest that a manifest refers to as its subject; undefined if it has
 * none.
 */
export const subjectOf = (manifest: StoredManifest): Digest | undefined =>
  fieldsOf(manifest)?.subject?.digest as Digest | undefined;

/** Returns the descriptor of a manifest for the list of referrers. */
export function referrerDescriptor(manifest: StoredManifest): Descriptor {
  const { bytes, digest, mediaType } = manifest;
  const { artifactType, config, annotations } = fieldsOf(manifest) ?? {};
  const kind = artifactType ?? config?.mediaType;
  return {
    mediaType,
    digest,
    size: bytes.length,
    ...defined({ artifactType: kind, annotations }),
  };
}

/** Adds a manifest to the list of referrers under its subject's fallback tag. */
export async function addToFallback(client: RegistryClient, manifest: StoredManifest, subject: Digest): Promise<void> {
  const own = referrerDescriptor(manifest);
  await changeFallback(client, subject, (listed) =>
    listed.some(({ digest }) => digest === own.digest) ? undefined : [...listed, own],
  );
}

/** Removes a manifest from the list of referrers under its subject's fallback tag. */
export async function removeFromFallback(client: RegistryClient, removed: Digest, subject: Digest): Promise<void> {
  await changeFallback(client, subject, (listed) => {
    const left = listed.filter(({ digest }) => digest !== removed);
    return left.length === listed.length ? undefined : left;
  });
}

const maxRaces = 5;

/** Others may change the list at the same time, and registries know no conditions: it is read again after it was written. */
async function changeFallback(
  client: RegistryClient,
  subject: Digest,
  change: (listed: readonly Descriptor[]) => readonly Descriptor[] | undefined,
): Promise<void> {
  for (let round = 0; round < maxRaces; round++) {
    const changed = change(await fallbackList(client, subject));
    if (changed === undefined) return;
    await putList(client, subject, changed);
  }
}

/**
 * Reads the list of referrers under a subject's fallback tag. Returns an empty list if the tag does
 * not exist or refers to something else.
 */
export async function fallbackList(client: RegistryClient, subject: Digest): Promise<readonly Descriptor[]> {
  const name = referrersTag(subject);
  const where = `${client.registry}/${client.repository}:${name}`;
  try {
    const { bytes, digest, mediaType } = await readManifestOf(client, { name, where });
    // GitLab takes such a tag for the digest and gives the subject itself.
    return isIndex(mediaType) && digest !== subject ? parseIndex(bytes, where).manifests : [];
  } catch (error) {
    if (error instanceof RegistryRefusal && error.status === 404) return [];
    throw error;
  }
}

async function putList(client: RegistryClient, subject: Digest, manifests: readonly Descriptor[]): Promise<void> {
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
  const bytes = Buffer.from(JSON.stringify(document));
  const response = await client.send({
    method: "PUT",
    path: `manifests/${referrersTag(subject)}`,
    expect: [201],
    headers: { "content-type": mediaTypes.ociIndex },
    body: bytesBody(bytes),
  });
  discard(response.body);
}
