import { concurrently } from "../../../concurrently.ts";
import type { RegistryReference } from "../../model/reference.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import type { RegistryClient } from "../client.ts";
import { RegistryRefusal } from "../errors.ts";
import type { StoredManifest } from "../manifest-read.ts";
import { putManifest } from "../manifest-write.ts";
import type { Upload } from "./blob.ts";
import { upload } from "./upload.ts";

/** An image or index to push, with its blobs and manifests. */
export interface Push {
  readonly blobs: readonly Upload[];
  /** The manifests that the top manifest lists, in upload order. */
  readonly manifests: readonly StoredManifest[];
  /** Additional manifests with their own tags. They are uploaded before the top manifest. */
  readonly tagged?: readonly { readonly tag: string; readonly manifest: StoredManifest }[];
  readonly top: StoredManifest;
  /** True if the name already refers to the top manifest, which is then not written again. */
  readonly isTagged?: boolean;
  readonly reference: RegistryReference;
}

const defaultConcurrency = 4;
/** A registry may have lost a blob that it said it had, or not noticed yet that it has it. */
const maxRounds = 3;

/**
 * Pushes blobs, then manifests, then indexes, so that a name never refers to incomplete content.
 *
 * @throws CnbError REGISTRY_….
 */
export async function push(client: RegistryClient, wanted: Push, options: RegistryOptions): Promise<void> {
  const { concurrency = defaultConcurrency, chunkSize } = options;
  for (let round = 1; ; round++) {
    try {
      const blobs = wanted.blobs.filter(({ isListed }) => !isListed || round > 1);
      await concurrently(blobs, (blob, signal) => upload(endedBy(signal, client), blob, chunkSize), {
        limit: concurrency,
      });
      for (const manifest of wanted.manifests) await putManifest(client, manifest, manifest.digest);
      for (const { tag, manifest } of wanted.tagged ?? []) await putManifest(client, manifest, tag);
      if (wanted.isTagged) return;
      const { tag, digest } = wanted.reference;
      return await putManifest(client, wanted.top, tag ?? digest ?? "latest");
    } catch (error) {
      if (!lacksBlobs(error) || round === maxRounds || !(await client.pause(round))) throw error;
    }
  }
}

/** A client whose requests and pauses a signal ends. */
const endedBy = (signal: AbortSignal, client: RegistryClient): RegistryClient => ({
  ...client,
  send: (request) => client.send({ ...request, signal }),
  pause: (attempt, retryAfter) => client.pause(attempt, retryAfter, signal),
});

const lacksBlobs = (error: unknown): boolean =>
  error instanceof RegistryRefusal && error.codes.some((code) => /^(MANIFEST_)?BLOB_UNKNOWN$/.test(code));
