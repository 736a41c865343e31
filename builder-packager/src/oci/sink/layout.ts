import { link, mkdir, open, readdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { concurrently } from "../../concurrently.ts";
import { CnbError } from "../../errors.ts";
import { layoutFiles } from "../files/layout-files.ts";
import { makeOutput } from "../files/output-file.ts";
import { outputTarget } from "../files/output-target.ts";
import { kindOf } from "../files/regular-file.ts";
import { isTemporary, temporaryName } from "../files/temporary-name.ts";
import { type FileLayer, isFileLayer } from "../layers/blob-layer.ts";
import { writeChunks } from "../layers/write-chunks.ts";
import type { Layer } from "../model/image.ts";
import type { ImageIndex, SerializedIndex } from "../model/image-index.ts";
import type { StoredArtifact } from "../registry/attach.ts";

const concurrency = 4;

/** The name of the images in a layout, and the artifacts that refer to them. */
export interface LayoutContent {
  readonly name: string | undefined;
  readonly artifacts: readonly StoredArtifact[];
}

/**
 * Writes images as an OCI layout. The directory appears by a rename, and an existing layout is
 * replaced as a whole.
 *
 * @throws CnbError OUTPUT_NOT_A_LAYOUT when the directory contains something else,
 * OUTPUT_UNWRITABLE.
 */
export async function writeLayout(index: ImageIndex, dir: string, content: LayoutContent): Promise<SerializedIndex> {
  const target = outputTarget(dir);
  await refuseForeign(target, dir);
  const files = layoutFiles(index, content);
  await makeOutput(target, async (temporary) => {
    // One by one, because for a whole path Node.js reports ENOENT for every error.
    for (const each of ["", "blobs", "blobs/sha256"]) await mkdir(join(temporary, each));
    for (const [path, bytes] of files.documents) await writeFile(join(temporary, path), bytes);
    // Several at a time: layers that come over the network wait for it, not for each other.
    await concurrently([...files.layers], ([path, layer]) => writeBlob(layer, join(temporary, path)), {
      limit: concurrency,
    });
    await swap(temporary, target);
  });
  return files.serialized;
}

/** Refuses to replace a directory that contains files other than those of a layout. */
export async function refuseForeign(target: string, dir: string): Promise<void> {
  const stats = await stat(target).catch(() => undefined); // what is wrong with the path shows when it is written
  if (stats === undefined) return;
  if (!stats.isDirectory()) throw foreign(dir, `it is ${kindOf(stats)}`, "Choose another path.");
  const found = await readdir(target).catch((error: unknown) => {
    throw new CnbError("OUTPUT_UNWRITABLE", `cannot write ${target}: the existing files cannot be read`, {
      cause: error,
      hint: "Choose another directory, or make this one readable.",
    });
  });
  const known = ["oci-layout", "index.json", "manifest.json", "blobs"];
  // a copy that was killed may have left temporary files
  const names = found.filter((name) => !known.some((each) => isTemporary(name, each)));
  if (names.length > 0 && !names.includes("oci-layout")) throw foreign(dir, "it is neither empty nor an OCI layout");
  const others = names.filter((name) => !known.includes(name));
  if (others.length > 0)
    throw foreign(dir, `it contains ${others.sort().slice(0, 3).join(", ")} in addition to an OCI layout`);
}

const removeFiles = "Choose another directory, or remove the files in this directory.";

const foreign = (dir: string, why: string, hint = removeFiles): CnbError =>
  new CnbError("OUTPUT_NOT_A_LAYOUT", `cannot replace ${dir} with an image: ${why}`, {
    hint,
  });

/** Links a blob when it is on the same file system, copies it otherwise. */
async function writeBlob(layer: Layer, file: string): Promise<void> {
  if (isFileLayer(layer)) {
    if (layer.trusted ? await linked(layer.file, file) : await linkedVerified(layer, file)) return;
  }
  const output = await open(file, "wx");
  try {
    await writeChunks(output, layer.compressed());
  } finally {
    await output.close();
  }
}

/**
 * Links a blob of a user's layout after verification. A symbolic link is resolved first, because
 * otherwise the link itself would be linked. A file that other users own or may write to is not
 * linked, because they could change the verified content.
 */
async function linkedVerified(layer: FileLayer, file: string): Promise<boolean> {
  const source = await realpath(layer.file).catch(() => undefined); // missing: reading it reports this
  const stats = source === undefined ? undefined : await stat(source);
  if (source === undefined || stats === undefined) return false;
  if (stats.uid !== process.geteuid?.() || (stats.mode & 0o022) !== 0) return false;
  for await (const _ of layer.compressed()); // verifies
  return linked(source, file);
}

/**
 * Creates a hard link. Returns false if this fails, for example across file systems, or for files
 * of other users that the kernel protects.
 */
const linked = (source: string, file: string): Promise<boolean> =>
  link(source, file).then(
    () => true,
    () => false,
  );

/** A kill between the two renames leaves the old layout under its temporary name and none at the target. */
async function swap(temporary: string, target: string, attempts = 5): Promise<void> {
  const old = temporaryName(target);
  const replaced = await renamed(target, old, "ENOENT");
  // Another process may put its own layout there between the two renames: then that one is replaced in turn.
  if (await renamed(temporary, target, attempts > 1 ? "ENOTEMPTY" : "never")) {
    if (replaced) await rm(old, { recursive: true, force: true });
  } else {
    await rm(old, { recursive: true, force: true });
    await swap(temporary, target, attempts - 1);
  }
}

/** Renames; false when that fails in the expected way. */
async function renamed(from: string, to: string, expected: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === expected) return false;
    throw error;
  }
}
