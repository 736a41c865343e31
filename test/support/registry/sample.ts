import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import {
  type BlobStore,
  createLayer,
  emptyImage,
  type Image,
  openBlobStore,
  type RegistryOptions,
} from "@libcnb/packager/oci";

/** A clock that does not really wait, and what it was asked to wait. */
export function impatientClock(): NonNullable<RegistryOptions["clock"]> & { readonly waits: number[] } {
  const waits: number[] = [];
  const sleep = async (ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    waits.push(ms);
  };
  return { now: Date.now, sleep, waits };
}

/** Makes images of two layers that no other has, the first with bytes that do not get smaller. */
export async function sampleImages(): Promise<{
  readonly store: BlobStore;
  image(seed: number, size?: number): Promise<Image>;
  remove(): Promise<void>;
}> {
  const dir = await mkdtemp(join(tmpdir(), "registry-sample-"));
  const store = await openBlobStore(join(dir, "store"));
  return {
    store,
    image: (seed, size = 60_000) => imageOf(store, seed, size),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

async function imageOf(store: BlobStore, seed: number, size: number): Promise<Image> {
  const layers = [
    await createLayer([file("/noise", noise(seed, size))], store),
    await createLayer([file("/text", Buffer.from(`image ${seed}`))], store),
  ];
  return oci.mutate.appendLayers(
    emptyImage({ os: "linux", architecture: "amd64" }),
    layers.map((layer) => ({ layer })),
  );
}

const file = (path: string, content: Buffer) => ({
  type: "file" as const,
  path,
  mode: 0o644,
  uid: 0,
  gid: 0,
  content,
});

/** Bytes without any pattern, always the same for a seed. */
function noise(seed: number, size: number): Buffer {
  const parts = Array.from({ length: Math.ceil(size / 32) }, (_, at) =>
    createHash("sha256").update(`${seed} ${at}`).digest(),
  );
  return Buffer.concat(parts).subarray(0, size);
}
