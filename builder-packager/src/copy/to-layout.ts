import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { concurrently } from "../concurrently.ts";
import { CnbError } from "../errors.ts";
import { withFileLock } from "../lock/file-lock.ts";
import { blobPath } from "../oci/files/layout-files.ts";
import { unwritable, writeOutputFile } from "../oci/files/output-file.ts";
import { outputTarget } from "../oci/files/output-target.ts";
import { openRegularFile } from "../oci/files/regular-file.ts";
import { removeLeftovers, temporaryName } from "../oci/files/temporary-name.ts";
import { verified } from "../oci/layers/verify.ts";
import { writeChunks } from "../oci/layers/write-chunks.ts";
import { digestOf } from "../oci/model/digest.ts";
import type { Descriptor } from "../oci/model/spec.ts";
import type { StoredArtifact } from "../oci/registry/attach.ts";
import { referrerDescriptor } from "../oci/registry/referrers-tag.ts";
import { refuseForeign } from "../oci/sink/layout.ts";
import { openLayout } from "../oci/source/layout.ts";
import type { Content } from "./content.ts";
import { type CopiedBlobs, countBlobs } from "./copied-blobs.ts";
import { allBlobs, allManifests } from "./graph.ts";
import { layoutEntries, layoutIndex, type StoredImage } from "./layout-index.ts";

const concurrency = 4;

/**
 * Copies an image into a layout, in addition to the images that the layout already contains. Each
 * blob appears complete, and the index is written last. If a copy was interrupted, the next copy
 * continues with the missing blobs.
 *
 * @throws CnbError OUTPUT_NOT_A_LAYOUT, OUTPUT_UNWRITABLE, BLOB_CORRUPT, REGISTRY_….
 */
export async function copyToLayout(
  image: StoredImage,
  content: Content,
  { dir, signal }: { readonly dir: string; readonly signal?: AbortSignal | undefined },
): Promise<CopiedBlobs> {
  const target = outputTarget(dir);
  await refuseForeign(target, dir);
  const { graph } = image;
  const count = countBlobs(graph);
  try {
    await mkdir(target, { recursive: true });
    // first: it makes the directory a layout, which the next copy continues if this one is killed
    await writeVersion(target);
    await mkdir(join(target, "blobs/sha256"), { recursive: true });
    await concurrently(
      allBlobs([graph]),
      (blob) => addBlob(target, blob, () => count.copied(blob, content.blob(blob))),
      { limit: concurrency },
    );
    for (const { digest, bytes } of allManifests(graph))
      await addBlob(target, { digest, size: bytes.length }, () => chunks(bytes));
  } catch (error) {
    throw unwritable(join(target, "blobs"), error);
  }
  await addEntries(target, layoutEntries(image), signal);
  return count.result();
}

/**
 * Adds an artifact to a layout that contains the artifact's subject. The index is written last.
 *
 * @throws CnbError OUTPUT_UNWRITABLE.
 */
export async function addArtifactToLayout(
  { manifest, blobs }: StoredArtifact,
  { dir, signal }: { readonly dir: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const target = outputTarget(dir);
  try {
    for (const bytes of [...blobs, manifest.bytes])
      await addBlob(target, { digest: digestOf(bytes), size: bytes.length }, () => chunks(bytes));
    // a layout of another tool may lack the file, and would be refused as an output
    await writeVersion(target);
  } catch (error) {
    throw unwritable(join(target, "blobs"), error);
  }
  await addEntries(target, [referrerDescriptor(manifest)], signal);
}

const writeVersion = (target: string): Promise<void> =>
  writeOutputFile(join(target, "oci-layout"), chunks(Buffer.from('{"imageLayoutVersion":"1.0.0"}')));

/** Adds entries to the index. Another copy into this layout keeps its image, too. */
const addEntries = (target: string, entries: readonly Descriptor[], signal: AbortSignal | undefined): Promise<void> =>
  withFileLock(join(dirname(target), `.${basename(target)}.lock`), signal, async () => {
    const index = layoutIndex([...(await listedIn(target)), ...entries]);
    await writeOutputFile(join(target, "index.json"), chunks(index));
  });

type Blob = Pick<Descriptor, "digest" | "size">;

/** Adds a blob unless the layout has it undamaged. */
async function addBlob(dir: string, blob: Blob, read: () => AsyncIterable<Uint8Array>): Promise<void> {
  const file = join(dir, blobPath(blob.digest));
  if (await isComplete(file, blob)) return;
  await removeLeftovers(file);
  const temporary = temporaryName(file);
  const output = await open(temporary, "wx", 0o644);
  try {
    await writeChunks(output, read());
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await output.close();
  }
}

async function isComplete(file: string, { digest, size }: Blob): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats?.isFile() || stats.size !== size) return false;
  try {
    const source = createReadStream("", { fd: openRegularFile(file, file), highWaterMark: 1024 * 1024 });
    for await (const _ of verified(source, { digest, size, where: file }));
    return true;
  } catch (error) {
    if (error instanceof CnbError && error.code === "BLOB_CORRUPT") return false;
    throw error;
  }
}

async function listedIn(dir: string): Promise<readonly Descriptor[]> {
  try {
    return (await openLayout({ dir })).manifests;
  } catch (error) {
    if (error instanceof CnbError && error.code === "IMAGE_NOT_FOUND") return [];
    throw error;
  }
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
