import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { closeToOthers, useCache } from "../cache-dirs.ts";
import { noteMaking, noteUse } from "../cache-use.ts";
import { type ExtractOptions, extractImage, extractLayers } from "../oci/layers/extract.ts";
import { StoredLayerUnusable, storedLayer, storeLayer } from "../oci/layers/stored-layer.ts";
import { hexOf } from "../oci/model/digest.ts";
import type { Image, Layer } from "../oci/model/image.ts";
import { serializeImage } from "../oci/model/serialize.ts";
import type { Reporter } from "../reporter.ts";
import { makeAttempt, removeAbandoned } from "./backends/attempt.ts";
import { removeTree } from "./remove-tree.ts";

export interface UnpackOptions {
  /** The path of the root of cnb's cache. */
  readonly cacheDir: string;
  readonly reporter: Reporter;
  /** Frees disk space before layers with this number of compressed bytes are unpacked. */
  readonly reclaimSpace?: (bytes: number) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Unpacks an image into the cache, once per manifest digest, and returns the directory of its root
 * file system. Nothing may modify its files: each layer is unpacked once per diff ID, and images
 * that share a layer share its files as hard links.
 *
 * Images and layers are complete or absent: a rename gives them their final name. If two processes
 * unpack the same image or layer, the second uses the result of the first. Files keep their owners
 * if cnb runs as root, and otherwise belong to the invoking user, so the two cases have separate
 * directories.
 *
 * @example `const rootfs = await unpackImage(builder, { cacheDir: cacheDir(env), reporter })`
 */
export async function unpackImage(
  image: Image,
  { cacheDir, reporter, reclaimSpace, signal }: UnpackOptions,
): Promise<string> {
  useCache(cacheDir);
  const [parentDir, layersDir] = [join(cacheDir, "rootfs"), join(cacheDir, "unpacked-layers")];
  for (const dir of [parentDir, layersDir]) closeToOthers(dir);
  const target = join(parentDir, ownName(hexOf(serializeImage(image).manifestDigest)));
  if (await noteUse(target)) {
    for (const layer of image.layers) await noteUse(locationOf(layer, layersDir));
    return join(target, "root");
  }
  await reclaimSpace?.(missingBytes(image, layersDir));
  reporter.info(`Unpacking ${image.layers.length} layers`);
  for (const dir of [parentDir, layersDir]) await removeAbandoned(dir);
  await makeComplete(target, parentDir, (attempt) => assemble(image, join(attempt, "root"), layersDir, signal));
  return join(target, "root");
}

/** The directory's name, which differs between root and other users, because root keeps owners. */
function ownName(hex: string): string {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? hex : `${hex}-user-${uid}`;
}

const locationOf = ({ diffId }: Layer, layersDir: string): string => join(layersDir, ownName(hexOf(diffId)));

const missingBytes = ({ layers }: Image, layersDir: string): number =>
  layers.filter((layer) => !existsSync(locationOf(layer, layersDir))).reduce((sum, { size }) => sum + size, 0);

/**
 * Assembles the root file system in a directory `root` inside the attempt, because cnb controls the
 * mode of the outer directory and the image that of `root`.
 */
async function assemble(image: Image, root: string, layersDir: string, signal: AbortSignal | undefined): Promise<void> {
  const ownership = process.getuid?.() === 0 ? "keep" : "ignore";
  const options: ExtractOptions = { ownership, devices: "skip", signal };
  for (const _ of image.layers) {
    try {
      const dirs: string[] = [];
      for (const layer of image.layers) dirs.push(await unpackLayer(layer, layersDir, options));
      return await extractLayers(dirs.map(storedLayer), root, options);
    } catch (error) {
      if (!(error instanceof StoredLayerUnusable)) throw error;
      await discard(error.dir, layersDir);
      await removeTree(root);
    }
  }
  await extractImage(image, root, options);
}

/**
 * Returns the directory of an unpacked layer. A layer that is already unpacked is not read again,
 * even if the manifest names another blob: the directory's name is the hash of the contents, which
 * the image's configuration requires.
 */
async function unpackLayer(layer: Layer, layersDir: string, options: ExtractOptions): Promise<string> {
  const dir = locationOf(layer, layersDir);
  if (!(await noteUse(dir))) await makeComplete(dir, layersDir, (attempt) => storeLayer(layer, attempt, options));
  return dir;
}

/** Removes a stored layer. It is renamed first, so no other process uses a partly removed layer. */
async function discard(dir: string, layersDir: string): Promise<void> {
  const bin = await makeAttempt(layersDir);
  await rename(dir, join(bin, "damaged")).catch(() => {}); // another process was faster
  await removeTree(bin);
}

/** Creates a directory under a temporary name, and renames it when it is complete. */
async function makeComplete(
  target: string,
  parentDir: string,
  make: (attempt: string) => Promise<void>,
): Promise<void> {
  const attempt = await makeAttempt(parentDir);
  try {
    await make(attempt);
    await noteMaking(target);
    await renameUnlessThere(attempt, target);
  } catch (error) {
    await removeTree(attempt);
    throw error;
  }
}

async function renameUnlessThere(attempt: string, target: string): Promise<void> {
  try {
    await rename(attempt, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    await removeTree(attempt); // another process was faster
  }
}
