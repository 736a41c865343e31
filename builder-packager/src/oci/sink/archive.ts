import { open, rename, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { CnbError } from "../../errors.ts";
import type { TarEntry } from "../../tar/entry.ts";
import { encodeHeader, paddingOf } from "../../tar/header.ts";
import { archiveEnd, memberBytes } from "../../tar/write.ts";
import type { Image, Layer } from "../image.ts";
import { type LayoutFiles, layoutFiles } from "../layout-files.ts";
import { makeBeside } from "../output-file.ts";
import type { SerializedImage } from "../serialize.ts";

/**
 * Writes an image as one uncompressed tar that is an OCI archive and a docker-archive at once. Same image, same bytes.
 *
 * @throws CnbError OUTPUT_UNWRITABLE.
 */
export async function writeArchive(image: Image, file: string, name: string | undefined): Promise<SerializedImage> {
  const target = resolve(file);
  const files = layoutFiles(image, name);
  await makeBeside(target, async (temporary) => {
    const isDirectory = await stat(target).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (isDirectory)
      throw new CnbError("OUTPUT_UNWRITABLE", `cannot write ${target}: it is a directory`, {
        hint: "Name a file in it.",
      });
    const output = await open(temporary, "wx");
    try {
      for await (const chunk of archiveBytes(files)) await output.writeFile(chunk);
    } finally {
      await output.close();
    }
    await rename(temporary, target);
  });
  return files.image;
}

/** Readers that stream find the documents first, then the blobs. */
async function* archiveBytes({ documents, layers }: LayoutFiles): AsyncGenerator<Uint8Array, void, undefined> {
  for (const path of ["blobs", "blobs/sha256"]) yield* memberBytes({ ...root, type: "directory", path, mode: 0o755 });
  for (const [path, content] of documents) yield* memberBytes({ ...root, type: "file", path, mode: 0o644, content });
  for (const [path, layer] of layers) yield* layerMember(path, layer);
  yield archiveEnd();
}

const root = { uid: 0, gid: 0 } as const;

async function* layerMember(path: string, layer: Layer): AsyncGenerator<Uint8Array, void, undefined> {
  const entry: TarEntry = { ...root, type: "file", path, mode: 0o644, content: { file: path, size: layer.size } };
  yield encodeHeader(entry);
  yield* layer.compressed(); // as long as the header says: it is verified
  yield Buffer.alloc(paddingOf(layer.size));
}
