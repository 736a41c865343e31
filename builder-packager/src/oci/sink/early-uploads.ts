import type { RemoteLayer } from "../layers/blob-layer.ts";
import type { Digest } from "../model/digest.ts";
import type { Image, Layer } from "../model/image.ts";
import { formatImageReference, type RegistryReference } from "../model/reference.ts";
import { openRepository, type RegistryClient } from "../registry/client.ts";
import { upload } from "../registry/transfer/upload.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { layerUpload } from "./layer-upload.ts";

/** Uploads finished layers of an image while later layers are still being created. */
export interface EarlyUploads {
  add(layer: Layer): void;
  /**
   * Waits for all uploads. Returns the image with layers that record where they were uploaded, so
   * that they are not checked again.
   */
  finished(image: Image): Promise<Image>;
}

const defaultConcurrency = 4;

/**
 * Starts to push the layers of an image before the image is complete. Failures are ignored here:
 * the later push of the image retries the layers and reports errors.
 *
 * @param onBytes called with the number of bytes sent to the registry
 */
export function earlyUploads(
  reference: RegistryReference,
  options: RegistryOptions,
  onBytes: (count: number) => void,
): EarlyUploads {
  const purpose = `push ${formatImageReference(reference)}`;
  const queue: Layer[] = [];
  const known = new Set<Digest>();
  const there = new Set<Digest>();
  const running = new Set<Promise<void>>();
  let failed = false;
  let opened: Promise<RegistryClient> | undefined;

  const send = async (layer: Layer): Promise<void> => {
    opened ??= openRepository(reference, "pull,push", purpose, options);
    const wanted = layerUpload(layer, reference);
    const open = () => counted(wanted.open(), onBytes);
    if (!wanted.isListed) await upload(await opened, { ...wanted, open }, options.chunkSize);
    there.add(layer.digest);
  };
  const worker = async (): Promise<void> => {
    for (let layer = queue.shift(); layer && !failed; layer = queue.shift()) {
      await send(layer).catch(() => {
        failed = true;
      });
    }
  };

  return {
    add(layer) {
      if (known.has(layer.digest)) return;
      known.add(layer.digest);
      queue.push(layer);
      if (running.size >= (options.concurrency ?? defaultConcurrency)) return;
      const work: Promise<void> = worker().finally(() => running.delete(work));
      running.add(work);
    },
    async finished(image) {
      await Promise.all(running);
      const layers = image.layers.map((layer) => (there.has(layer.digest) ? listed(layer, reference) : layer));
      return { ...image, layers };
    },
  };
}

const listed = <Known extends Layer>(
  layer: Known,
  { registry, repository }: RegistryReference,
): Known & RemoteLayer => ({
  ...layer,
  origin: { registry, repository },
});

async function* counted(
  source: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    yield chunk;
    onBytes(chunk.length);
  }
}
