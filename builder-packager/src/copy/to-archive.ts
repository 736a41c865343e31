import { constants } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { concurrently } from "../concurrently.ts";
import { CnbError } from "../errors.ts";
import { withFileLock } from "../lock/file-lock.ts";
import { blobPath } from "../oci/files/layout-files.ts";
import { unwritable } from "../oci/files/output-file.ts";
import { outputFile } from "../oci/files/output-target.ts";
import { verified } from "../oci/layers/verify.ts";
import type { Descriptor } from "../oci/model/spec.ts";
import { blockSize, encodeHeader, paddingOf } from "../tar/header.ts";
import { archiveEnd, memberBytes } from "../tar/write.ts";
import type { Content } from "./content.ts";
import type { CopiedBlobs } from "./copied-blobs.ts";
import { allBlobs, allManifests } from "./graph.ts";
import { layoutEntries, layoutIndex, type StoredImage } from "./layout-index.ts";

const concurrency = 4;

/** An image to write into an archive, with the source of its blobs. */
export interface ArchivedImage extends StoredImage {
  readonly content: Content;
}

/**
 * Copies images into one OCI archive, which appears complete or not at all. The same images give
 * the same bytes. If a copy was interrupted, the next copy continues with the blobs that were
 * complete. These blobs are in a file with the suffix `.partial` next to the archive.
 *
 * @returns the number and size of the blobs that had to be read from the sources.
 * @throws CnbError OUTPUT_UNWRITABLE, BLOB_CORRUPT, REGISTRY_….
 */
export async function copyToArchive(
  images: readonly ArchivedImage[],
  { file, signal }: { readonly file: string; readonly signal?: AbortSignal | undefined },
): Promise<CopiedBlobs> {
  const target = outputFile(file);
  const hidden = (suffix: string) => join(dirname(target), `.${basename(target)}.${suffix}`);
  const plan = planArchive(images);
  try {
    return await withFileLock(hidden("lock"), signal, async () => {
      const counts = await fillFile(hidden("partial"), plan);
      await rename(hidden("partial"), outputFile(file));
      return counts;
    });
  } catch (error) {
    throw unwritable(target, error);
  }
}

async function fillFile(partial: string, plan: ArchivePlan): Promise<CopiedBlobs> {
  // Links of other users are not followed, and an earlier part is kept.
  const output = await open(partial, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
  try {
    return await fill(output, plan);
  } finally {
    await output.close();
  }
}

interface ArchivePlan {
  /** The directories and documents at the beginning. */
  readonly start: Uint8Array;
  readonly blobs: readonly PlannedBlob[];
  /** The size of the archive. */
  readonly size: number;
}

interface PlannedBlob {
  readonly blob: Descriptor;
  readonly content: Content;
  readonly header: Uint8Array;
  /** The position of the header. */
  readonly offset: number;
}

/** The position of each member, which only depends on the manifests: so blobs are written in any order. */
function planArchive(images: readonly ArchivedImage[]): ArchivePlan {
  const start = Buffer.concat([...startOf(images)]);
  const blobs: PlannedBlob[] = [];
  const seen = new Set<string>();
  let offset = start.length;
  for (const { graph, content } of images) {
    for (const blob of allBlobs([graph])) {
      if (seen.has(blob.digest)) continue;
      seen.add(blob.digest);
      const header = encodeHeader({ ...root, path: blobPath(blob.digest), content: { file: "", size: blob.size } });
      blobs.push({ blob, content, header, offset });
      offset += header.length + blob.size + paddingOf(blob.size);
    }
  }
  return { start, blobs, size: offset + archiveEnd().length };
}

const root = { type: "file", uid: 0, gid: 0, mode: 0o644 } as const;

function* startOf(images: readonly ArchivedImage[]): Generator<Uint8Array, void, undefined> {
  for (const path of ["blobs", "blobs/sha256"])
    yield* memberBytes({ type: "directory", uid: 0, gid: 0, mode: 0o755, path });
  const documents = new Map<string, Uint8Array>([
    ["oci-layout", Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
    ["index.json", layoutIndex(images.flatMap(layoutEntries))],
  ]);
  for (const { graph } of images)
    for (const { digest, bytes } of allManifests(graph)) documents.set(blobPath(digest), bytes);
  for (const [path, content] of documents) yield* memberBytes({ ...root, path, content });
}

async function fill(output: FileHandle, { start, blobs, size }: ArchivePlan): Promise<CopiedBlobs> {
  // Behind the end of the partial file are zeros, so that its blobs without a header count as missing.
  await output.truncate(size);
  await writeAt(output, 0, chunk(start));
  const copied = await concurrently(blobs, (planned) => writeBlob(output, planned), { limit: concurrency });
  const sizes = blobs.filter((_, at) => copied[at]).map(({ blob }) => blob.size);
  return {
    copied: sizes.length,
    bytes: sizes.reduce((sum, each) => sum + each, 0),
    present: blobs.length - sizes.length,
  };
}

/** Writes a blob unless an earlier run did. The header follows its content, as the mark of a complete one. */
async function writeBlob(output: FileHandle, planned: PlannedBlob): Promise<boolean> {
  const { blob, content, header, offset } = planned;
  if (await isComplete(output, planned)) return false;
  await writeAt(output, offset, chunk(Buffer.alloc(header.length)));
  await writeAt(output, offset + header.length, content.blob(blob));
  await writeAt(output, offset + header.length + blob.size, chunk(Buffer.alloc(paddingOf(blob.size))));
  await writeAt(output, offset, chunk(header));
  return true;
}

async function isComplete(output: FileHandle, { blob, header, offset }: PlannedBlob): Promise<boolean> {
  const found = Buffer.alloc(header.length);
  await output.read(found, 0, found.length, offset);
  if (!found.equals(header)) return false;
  const { digest, size } = blob;
  try {
    const source = range(output, offset + header.length, size);
    for await (const _ of verified(source, { digest, size, where: blobPath(digest) }));
    return true;
  } catch (error) {
    if (error instanceof CnbError && error.code === "BLOB_CORRUPT") return false;
    throw error;
  }
}

/** Reads and writes of this size keep the threads for files busy, but not the memory. */
const batchBytes = 2048 * blockSize;

async function* range(file: FileHandle, start: number, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < size; ) {
    const bytes = Buffer.allocUnsafe(Math.min(batchBytes, size - at));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start + at);
    if (bytesRead === 0) return;
    yield bytes.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function writeAt(file: FileHandle, start: number, source: AsyncIterable<Uint8Array>): Promise<void> {
  let at = start;
  for await (const batch of batches(source)) {
    for (let written = 0; written < batch.length; ) {
      const { bytesWritten } = await file.write(batch, written, batch.length - written, at);
      written += bytesWritten;
      at += bytesWritten;
    }
  }
}

async function* batches(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let [parts, size]: [Uint8Array[], number] = [[], 0];
  for await (const part of source) {
    parts.push(part);
    size += part.length;
    if (size < batchBytes) continue;
    yield Buffer.concat(parts);
    [parts, size] = [[], 0];
  }
  yield Buffer.concat(parts);
}

async function* chunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
