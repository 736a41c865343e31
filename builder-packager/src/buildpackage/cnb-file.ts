import { layoutFiles } from "../oci/files/layout-files.ts";
import { writeOutputFile } from "../oci/files/output-file.ts";
import type { Digest } from "../oci/model/digest.ts";
import type { Layer } from "../oci/model/image.ts";
import { checkIndex, type ImageIndex } from "../oci/model/image-index.ts";
import type { TarEntry } from "../tar/entry.ts";
import { encodeHeader, paddingOf } from "../tar/header.ts";
import { archiveEnd, memberBytes } from "../tar/write.ts";

/**
 * Writes a buildpackage as pack does: an uncompressed tar of an OCI layout with absolute names, all
 * with mode 0755. The file can contain the images of several platforms. pack reads only the first
 * of them. Returns the digest that a registry would show: the digest of the index of the images, or
 * of the only image. The file appears complete or not at all.
 *
 * @throws CnbError OUTPUT_UNWRITABLE
 */
export async function writeCnbFile(index: ImageIndex, file: string): Promise<{ readonly digest: Digest }> {
  checkIndex(index);
  const { serialized, documents, layers } = layoutFiles(index, { flat: true });
  await writeOutputFile(file, archive(documents, layers));
  return { digest: serialized.top.digest };
}

const attributes = { mode: 0o755, uid: 0, gid: 0 } as const;

/**
 * The entries in the order of Go's filepath.Walk over the layout. pack's reader does not support
 * `manifest.json`.
 */
async function* archive(
  documents: ReadonlyMap<string, Uint8Array>,
  layers: ReadonlyMap<string, Layer>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const path of ["/blobs", "/blobs/sha256"]) yield* memberBytes({ ...attributes, type: "directory", path });
  const members = [...documents, ...layers].filter(([path]) => path !== "manifest.json");
  for (const [path, content] of members.sort(([a], [b]) => (a < b ? -1 : 1))) yield* member(`/${path}`, content);
  yield archiveEnd();
}

async function* member(path: string, content: Uint8Array | Layer): AsyncGenerator<Uint8Array, void, undefined> {
  if (content instanceof Uint8Array) return yield* memberBytes({ ...attributes, type: "file", path, content });
  const entry: TarEntry = { ...attributes, type: "file", path, content: { file: path, size: content.size } };
  yield encodeHeader(entry);
  yield* content.compressed();
  yield Buffer.alloc(paddingOf(content.size));
}
