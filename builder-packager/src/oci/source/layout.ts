import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { CnbError } from "../../errors.ts";
import { openRegularFile, readRegularFile } from "../files/regular-file.ts";
import { blobLayer, type FileLayer } from "../layers/blob-layer.ts";
import { verifiedBytes } from "../layers/verify.ts";
import { type Digest, hexOf } from "../model/digest.ts";
import { maxDocumentBytes, parseIndex } from "../model/document.ts";
import type { Descriptor, Index } from "../model/spec.ts";
import type { ContentStore, ImageSource, LayoutFile } from "./source-image.ts";

/** The annotation that names an image within a layout. */
export const refName = "org.opencontainers.image.ref.name";

/**
 * Opens an OCI layout. Its blobs are opened on demand.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID.
 */
export async function openLayout({ dir, tag }: { readonly dir: string; readonly tag?: string }): Promise<ImageSource> {
  const store = layoutStore(dir);
  const { manifests } = await readLayoutIndex(dir);
  return { store, manifests: named(manifests, tag, store.where) };
}

/**
 * Returns the name of a layout's first image; undefined if the image has no name, or there is no
 * layout.
 *
 * @example `await layoutName("dist/demo/base-run") // "localhost/demo/base-run:latest"`
 */
export async function layoutName(dir: string): Promise<string | undefined> {
  try {
    return (await readLayoutIndex(dir)).manifests[0]?.annotations?.[refName];
  } catch (error) {
    if (error instanceof CnbError && (error.code === "IMAGE_NOT_FOUND" || error.code === "IMAGE_INVALID"))
      return undefined;
    throw error;
  }
}

/**
 * Returns the manifests of a layout or archive that have the name `tag`. If `tag` is undefined,
 * returns all manifests.
 */
export function named(manifests: readonly Descriptor[], tag: string | undefined, where: string): readonly Descriptor[] {
  if (tag === undefined) return manifests;
  const found = manifests.filter(({ annotations }) => annotations?.[refName] === tag);
  if (found.length > 0) return found;
  const names = manifests.flatMap(({ annotations }) => annotations?.[refName] ?? []);
  throw new CnbError("IMAGE_NOT_FOUND", `${where} has no image called "${tag}"`, {
    hint:
      names.length > 0
        ? `Use one of these names: ${names.join(", ")}.`
        : "Remove the name: the images of this layout have no names.",
  });
}

async function readLayoutIndex(dir: string): Promise<Index> {
  try {
    return parseIndex(readIndexFile(join(dir, "index.json")), `oci:${dir}`);
  } catch (error) {
    throw notFound(dir, error);
  }
}

const readIndexFile = (file: string): Buffer => readRegularFile(file, file, maxDocumentBytes);

function notFound(dir: string, error: unknown): unknown {
  if (error instanceof CnbError || !(error instanceof Error) || !("code" in error)) return error;
  const missing = error.code === "ENOENT" || error.code === "ENOTDIR";
  const why = missing ? "it has no index.json" : error.message;
  return new CnbError("IMAGE_NOT_FOUND", `${dir} is not an OCI layout: ${why}`, {
    cause: error,
    hint: "Check the path: it must be the directory that contains oci-layout, index.json and blobs.",
  });
}

function layoutStore(dir: string): ContentStore {
  const fileOf = (digest: Digest) => join(dir, "blobs/sha256", hexOf(digest));
  const open = (digest: Digest) => readBlobFile(fileOf(digest), digest, `oci:${dir}`);
  return {
    where: `oci:${dir}`,
    openUnverified: ({ digest }) => open(digest),
    files: () => filesIn(dir),
    file: async (path) => readRegularFile(join(dir, path), `${path} in oci:${dir}`, maxDocumentBytes),
    document: ({ digest, size }) => verifiedBytes(open(digest), { digest, size, where: fileOf(digest) }),
    layer: ({ digest, size, mediaType }, diffId): FileLayer => {
      const file = fileOf(digest);
      return {
        ...blobLayer({ diffId, digest, size, mediaType, where: file, open: () => open(digest) }),
        file,
        trusted: false,
      };
    },
  };
}

async function* readBlobFile(file: string, digest: Digest, where: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* createReadStream("", {
      fd: openRegularFile(file, `blob ${digest} in ${where}`),
      highWaterMark: 1024 * 1024,
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    throw new CnbError("BLOB_CORRUPT", `blob ${digest} is missing in ${where}`, {
      cause: error,
      hint: "The OCI layout is incomplete: copy or build the image again.",
    });
  }
}

async function filesIn(dir: string): Promise<readonly LayoutFile[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ path: relative(dir, join(entry.parentPath, entry.name)), regular: entry.isFile() }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
