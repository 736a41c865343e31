import { rename, utimes } from "node:fs/promises";
import { join } from "node:path";
import { closeToOthers } from "../cache-dirs.ts";
import { hexOf } from "../oci/digest.ts";
import { extractImage } from "../oci/extract.ts";
import type { Image } from "../oci/image.ts";
import { serializeImage } from "../oci/serialize.ts";
import type { Reporter } from "../reporter.ts";
import { makeAttempt, removeAbandoned } from "./attempt.ts";
import { removeTree } from "./remove-tree.ts";

export interface UnpackOptions {
  /** The root of cnb's cache. */
  readonly cacheDir: string;
  readonly reporter: Reporter;
}

/**
 * Unpacks an image into the cache, once per manifest digest, and returns the directory of its root file system.
 * It is complete or absent: files appear under their final name by one rename, and of two processes the second uses what the
 * first has made. Root keeps owners; for an ordinary user all files are its own, so the two do not share a directory.
 *
 * @example `const rootfs = await unpackImage(builder, { cacheDir: cacheDir(env), reporter })`
 */
export async function unpackImage(image: Image, { cacheDir, reporter }: UnpackOptions): Promise<string> {
  const parentDir = join(cacheDir, "rootfs");
  closeToOthers(parentDir);
  const target = join(parentDir, unpackedName(image, process.getuid?.() ?? 0));
  if (await markUsed(target)) return join(target, "root");
  reporter.info(`Unpacking ${image.layers.length} layers`);
  await removeAbandoned(parentDir);
  const attempt = await makeAttempt(parentDir);
  try {
    const ownership = process.getuid?.() === 0 ? "keep" : "ignore";
    await extractImage(image, join(attempt, "root"), { ownership, devices: "skip" });
    await renameUnlessThere(attempt, target);
  } catch (error) {
    await removeTree(attempt);
    throw error;
  }
  return join(target, "root");
}

/** Sandboxes keep the directory's own mode away from what the image says, hence a `root` below it. */
function unpackedName(image: Image, uid: number): string {
  const hex = hexOf(serializeImage(image).manifestDigest);
  return uid === 0 ? hex : `${hex}-user-${uid}`;
}

/** Whether it is there; if so, its time says when it was used last. */
async function markUsed(dir: string): Promise<boolean> {
  const now = new Date();
  return utimes(dir, now, now).then(
    () => true,
    () => false,
  );
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
