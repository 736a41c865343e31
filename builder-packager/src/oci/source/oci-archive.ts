import { buffer } from "node:stream/consumers";
import { type ArchiveFile, openArchive } from "../archive-file.ts";
import { blobLayer } from "../blob-layer.ts";
import { parseIndex } from "../document.ts";
import type { Image } from "../image.ts";
import { blobPath } from "../layout-files.ts";
import { chooseManifest } from "../platform.ts";
import { type BlobPlace, imageAt } from "../source-image.ts";
import type { Platform } from "../spec.ts";
import { verifiedBytes } from "../verify.ts";

/**
 * Reads an image from the tar of an OCI layout, plain or compressed.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, IMAGE_PLATFORM_MISMATCH, BLOB_CORRUPT, TAR_INVALID.
 */
export async function readOciArchive(file: string, platform: Platform | undefined): Promise<Image> {
  const archive = await openArchive(file, `oci-archive:${file}`);
  const { manifests } = parseIndex(await buffer(archive.open("index.json")), archive.where);
  return imageAt(archivePlace(archive), chooseManifest(manifests, platform, archive.where), platform);
}

const archivePlace = ({ where, open }: ArchiveFile): BlobPlace => ({
  where,
  document: ({ digest, size }) => verifiedBytes(open(blobPath(digest)), { digest, size, where }),
  layer: ({ digest, size, mediaType }, diffId) =>
    blobLayer({ diffId, digest, size, mediaType, where, open: () => open(blobPath(digest)) }),
});
