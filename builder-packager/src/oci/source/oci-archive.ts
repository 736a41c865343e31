import { type ArchiveFile, openArchive } from "../files/archive-file.ts";
import { blobPath } from "../files/layout-files.ts";
import { blobLayer } from "../layers/blob-layer.ts";
import { verifiedBytes } from "../layers/verify.ts";
import { parseIndex } from "../model/document.ts";
import type { ContentStore, ImageSource } from "./source-image.ts";

/**
 * Opens the tar of an OCI layout, plain or compressed.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, TAR_INVALID.
 */
export async function openOciArchive(file: string): Promise<ImageSource> {
  const archive = await openArchive(file, `oci-archive:${file}`);
  const { manifests } = parseIndex(await archive.document("index.json"), archive.where);
  return { store: archiveStore(archive), manifests };
}

const archiveStore = ({ where, open, files, document }: ArchiveFile): ContentStore => ({
  where,
  openUnverified: ({ digest }) => open(blobPath(digest)),
  files: async () => files,
  file: document,
  document: ({ digest, size }) => verifiedBytes(open(blobPath(digest)), { digest, size, where }),
  layer: ({ digest, size, mediaType }, diffId) =>
    blobLayer({ diffId, digest, size, mediaType, where, open: () => open(blobPath(digest)) }),
});
