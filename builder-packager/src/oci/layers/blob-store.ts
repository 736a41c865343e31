import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { noteMaking, noteUse, touch } from "../../cache-use.ts";
import { createNextTo } from "../files/output-file.ts";
import { isIntact, isMarkedVerified, markVerified } from "../files/verified-mark.ts";
import { type Digest, hexOf } from "../model/digest.ts";
import { mediaTypes } from "../model/media-type.ts";
import { blobLayer, type FileLayer } from "./blob-layer.ts";
import { writeChunks } from "./write-chunks.ts";

/** The digest, size and compression of the blob of a compressed tar. */
export interface StoredBlob {
  readonly digest: Digest;
  /** The size of the blob in bytes. */
  readonly size: number;
  readonly mediaType: string;
}

/**
 * A directory with blobs, named by their digests. All commands share it, and several processes can
 * use it at the same time.
 *
 * A blob gets its name by a rename after all its bytes were hashed, so every blob is complete. The
 * blob is then marked as verified. A blob that another program has modified since, even through a
 * hard link in an OCI layout, is treated as missing.
 */
export interface BlobStore {
  readonly dir: string;
  /** Returns the path for a blob, whether it exists or not. */
  blobFile(digest: Digest): string;
  /** True if the store has an intact blob with this digest and, if given, this size. */
  has(digest: Digest, size?: number): Promise<boolean>;
  /** Stores a blob and returns its digest and size. */
  put(source: AsyncIterable<Uint8Array>): Promise<{ readonly digest: Digest; readonly size: number }>;
  /**
   * Records that a blob is the compressed form of the tar with this diff ID. `level` is its gzip
   * level.
   */
  remember(diffId: Digest, blob: StoredBlob, level?: number): Promise<void>;
  /** The default compression of layers created with this store. */
  readonly compression: LayerCompression;
  /** The default gzip level of layers created with this store. */
  readonly level: number;
  /**
   * Returns the stored layer for a tar with this diff ID and compression; undefined if there is
   * none.
   */
  find(diffId: Digest, compression?: LayerCompression, level?: number): Promise<FileLayer | undefined>;
  /** Returns a layer whose blob is in the store. */
  layer(diffId: Digest, blob: StoredBlob): FileLayer;
}

/** The compression of new layers. Docker's classic store supports zstd since version 23. */
export type LayerCompression = "gzip" | "zstd";

/** The default gzip level. */
const usualLevel = 6;
/** The age at which leftovers of killed processes are removed, in milliseconds. */
const abandonedAfterMs = 24 * 60 * 60 * 1000;
/**
 * The file mode of blobs. They are read-only, because OCI layouts share them through hard links.
 */
const blobMode = 0o444;

/** The default compression and gzip level of the layers that are created with a store. */
export interface BlobStoreOptions {
  readonly compression?: LayerCompression | undefined;
  readonly level?: number | undefined;
}

/**
 * Opens a blob store, creating its directories if necessary.
 *
 * @param options.compression the compression of the layers that this store creates. @default "gzip"
 * @param options.level the gzip level of these layers. @default 6
 * @throws CnbError OUTPUT_UNWRITABLE if the directories cannot be created.
 * @example `const store = await openBlobStore(dir)`
 */
export async function openBlobStore(
  dir: string,
  { compression: usual = "gzip", level: own = usualLevel }: BlobStoreOptions = {},
): Promise<BlobStore> {
  const root = resolve(dir);
  const blobsDir = join(root, "blobs/sha256");
  const diffIdsDir = join(root, "diff-ids");
  await createNextTo(root, async () => {
    for (const each of [blobsDir, diffIdsDir]) await mkdir(each, { recursive: true });
    await Promise.all([removeAbandoned(blobsDir), removeAbandoned(diffIdsDir)]);
  });

  const blobFile = (digest: Digest) => join(blobsDir, hexOf(digest));
  const noteFile = (diffId: Digest, compression: LayerCompression, level: number) =>
    join(diffIdsDir, `${hexOf(diffId)}${suffixOf(compression, level)}.json`);
  const has = async (digest: Digest, size?: number) =>
    (await isIntact(blobFile(digest), digest, size)) && (await noteUse(blobFile(digest)));
  const layer = (diffId: Digest, blob: StoredBlob) => storedLayer(diffId, blob, blobFile(blob.digest));
  return {
    dir: root,
    compression: usual,
    level: own,
    blobFile,
    has,
    layer,
    put: (source) => createNextTo(join(blobsDir, "blob"), (temporary) => putBlob(source, temporary, blobFile)),
    remember: (diffId, { digest, size, mediaType }, level = own) => {
      const note = noteFile(diffId, mediaType.endsWith("zstd") ? "zstd" : "gzip", level);
      return createNextTo(note, async (temporary) => {
        await writeFile(temporary, JSON.stringify({ digest, size, mediaType }));
        await noteMaking(note);
        await rename(temporary, note);
        await markVerified(note);
      });
    },
    find: async (diffId, compression = usual, level = own) => {
      const note = noteFile(diffId, compression, level);
      const blob = await readNote(note, compression);
      if (!blob || !(await has(blob.digest, blob.size))) return undefined;
      const found = layer(diffId, blob);
      if (!(await isMarkedVerified(note)) && !(await confirmed(found, note))) return undefined;
      await touch(note);
      return found;
    },
  };
}

/**
 * The suffix of a record for a compression. Each compression has its own record, so that an image
 * does not depend on how the same layer was compressed before.
 */
function suffixOf(compression: LayerCompression, level: number): string {
  if (compression === "zstd") return ".zstd";
  return level === usualLevel ? "" : `.gzip-${level}`;
}

async function putBlob(source: AsyncIterable<Uint8Array>, temporary: string, blobFile: (digest: Digest) => string) {
  const hash = createHash("sha256");
  let size = 0;
  const hashed = async function* () {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  const file = await open(temporary, "wx", blobMode);
  try {
    await writeChunks(file, hashed());
    await file.chmod(blobMode); // whatever the umask
  } finally {
    await file.close();
  }
  const digest: Digest = `sha256:${hash.digest("hex")}`;
  await noteMaking(blobFile(digest));
  await rename(temporary, blobFile(digest));
  await markVerified(blobFile(digest)); // not before: an old temporary file counts as abandoned
  return { digest, size };
}

function storedLayer(diffId: Digest, blob: StoredBlob, file: string): FileLayer {
  const source = { ...blob, diffId, where: file, open: () => createReadStream(file, { highWaterMark: 1024 * 1024 }) };
  return { ...blobLayer(source), file, trusted: true };
}

/**
 * True if the blob contains the tar that the note describes. A note may have been copied or written
 * by another user, so the blob is verified before the note is marked.
 */
async function confirmed(layer: FileLayer, note: string): Promise<boolean> {
  try {
    for await (const _ of layer.uncompressed()); // verifies
  } catch {
    return false;
  }
  await markVerified(note);
  return true;
}

/** A note that cannot be read is as good as none: the layer is compressed again. */
async function readNote(file: string, compression: LayerCompression): Promise<StoredBlob | undefined> {
  const expected = compression === "zstd" ? mediaTypes.ociLayerZstd : mediaTypes.ociLayerGzip;
  try {
    const { digest, size, mediaType } = JSON.parse(await readFile(file, "utf8"));
    const valid = /^sha256:[0-9a-f]{64}$/.test(digest) && Number.isSafeInteger(size) && mediaType === expected;
    return valid ? { digest, size, mediaType } : undefined;
  } catch {
    return undefined;
  }
}

async function removeAbandoned(dir: string): Promise<void> {
  for (const name of (await readdir(dir)).filter((candidate) => candidate.endsWith(".tmp"))) {
    const file = join(dir, name);
    const modified = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - modified > abandonedAfterMs) await rm(file, { force: true });
  }
}
