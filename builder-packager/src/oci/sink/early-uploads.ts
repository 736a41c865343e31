import type { RemoteLayer } from "../blob-layer.ts";
import type { Digest } from "../digest.ts";
import type { Image, Layer } from "../image.ts";
import { formatImageReference, type RegistryReference } from "../reference.ts";
import { openRepository, type RegistryClient } from "../registry/client.ts";
import { upload } from "../registry/upload.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { layerUpload } from "./layer-upload.ts";

/** Layers on their way into a repository while others are still made. */
export interface EarlyUploads {
  add(layer: Layer): void;
  /** Waits for all; gives the image with what is known of its layers now, so that nobody asks the registry for them again. */
  settled(image: Image): Promise<Image>;
}

const defaultConcurrency = 4;

/**
 * Begins to push the layers of an image before there is one. What cannot be sent is left to the push of the image, which
 * tries again and says what is wrong: until then no name stands for anything.
 *
 * @param onBytes told of the bytes that were given to the registry.
 */
export function earlyUploads(
  reference: RegistryReference,
  options: RegistryOptions,
  onBytes: (count: number) => void,
): EarlyUploads {
  const what = `push ${formatImageReference(reference)}`;
  const queue: Layer[] = [];
  const known = new Set<Digest>();
  const there = new Set<Digest>();
  const running = new Set<Promise<void>>();
  let failed = false;
  let opened: Promise<RegistryClient> | undefined;

  const send = async (layer: Layer): Promise<void> => {
    opened ??= openRepository(reference, "pull,push", what, options);
    const wanted = layerUpload(layer, reference);
    const open = () => counted(wanted.open(), onBytes);
    if (!wanted.isListed) await upload(await opened, { ...wanted, open }, what, options.chunkSize);
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
    async settled(image) {
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
