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

/** The compressed form of a tar. */
export interface StoredBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
}

/**
 * Blobs by their digest in a directory, shared by all commands and safe for several processes at
 * once.
 *
 * A blob appears by rename after all its bytes were hashed, so what is there is complete. It is sealed then: one that was
 * written into, by whoever shares the directory or a layout that is linked to it, is as good as none.
 */
export interface BlobStore {
  readonly dir: string;
  /** The path of a blob, existing or not. */
  blobFile(digest: Digest): string;
  /** True if the blob exists intact and, if given, with this size. */
  has(digest: Digest, size?: number): Promise<boolean>;
  /** Stores a blob and returns its description. */
  put(source: AsyncIterable<Uint8Array>): Promise<{ readonly digest: Digest; readonly size: number }>;
  /** Records that this blob is the tar `diffId`, compressed by gzip with this level. */
  remember(diffId: Digest, blob: StoredBlob, level?: number): Promise<void>;
  /** The default compression of layers created with this store. */
  readonly compression: LayerCompression;
  /** Their default gzip level. */
  readonly level: number;
  /** The stored layer of a tar with this compression; undefined if it is unknown or its blob is gone. */
  find(diffId: Digest, compression?: LayerCompression, level?: number): Promise<FileLayer | undefined>;
  /** A layer whose blob is in the store. */
  layer(diffId: Digest, blob: StoredBlob): FileLayer;
}

/** The compression of new layers. Docker's classic store supports zstd since version 23. */
export type LayerCompression = "gzip" | "zstd";

/** How well gzip compresses where nobody says anything else. */
const usualLevel = 6;
/** What a killed process left is removed when it is this old, in milliseconds. */
const abandonedAfterMs = 24 * 60 * 60 * 1000;
/** Nobody writes into a blob: layouts share them by hard links. */
const blobMode = 0o444;

/** How layers are compressed that are made with a store. */
interface BlobStoreOptions {
  readonly compression?: LayerCompression | undefined;
  readonly level?: number | undefined;
}

/**
 * Opens a blob store, creating its directories if necessary.
 *
 * @param options.compression the compression of the layers that this store creates. @default "gzip"
 * @param options.level their compression level. @default 6
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

/** What an image consists of must not depend on who compressed the same layer before: each way has its own note. */
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

/** A note that somebody else wrote, or that was copied, is right when the blob holds that very tar. */
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
