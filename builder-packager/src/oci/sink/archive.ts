import type { TarEntry } from "../../tar/entry.ts";
import { encodeHeader, paddingOf } from "../../tar/header.ts";
import { archiveEnd, memberBytes } from "../../tar/write.ts";
import { type LayoutFiles, type LayoutOptions, layoutFiles } from "../files/layout-files.ts";
import { writeOutputFile } from "../files/output-file.ts";
import type { Layer } from "../model/image.ts";
import type { ImageIndex, SerializedIndex } from "../model/image-index.ts";

/**
 * Writes images as one uncompressed tar that is an OCI archive and a docker-archive at once. The
 * same images give the same bytes.
 *
 * @throws CnbError OUTPUT_UNWRITABLE.
 */
export async function writeArchive(index: ImageIndex, file: string, content: LayoutOptions): Promise<SerializedIndex> {
  const files = layoutFiles(index, content);
  await writeOutputFile(file, archiveBytes(files));
  return files.serialized;
}

/**
 * Streams an archive: first the documents, then the layers. Readers that process the archive as a
 * stream require this order.
 */
export async function* archiveBytes({ documents, layers }: LayoutFiles): AsyncGenerator<Uint8Array, void, undefined> {
  for (const path of ["blobs", "blobs/sha256"]) yield* memberBytes({ ...root, type: "directory", path, mode: 0o755 });
  for (const [path, content] of documents) yield* memberBytes({ ...root, type: "file", path, mode: 0o644, content });
  for (const [path, layer] of layers) yield* layerMember(path, layer);
  yield archiveEnd();
}

const root = { uid: 0, gid: 0 } as const;

async function* layerMember(path: string, layer: Layer): AsyncGenerator<Uint8Array, void, undefined> {
  const entry: TarEntry = { ...root, type: "file", path, mode: 0o644, content: { file: path, size: layer.size } };
  yield encodeHeader(entry);
  yield* layer.compressed(); // as long as the header states: the length is verified
  yield Buffer.alloc(paddingOf(layer.size));
}
