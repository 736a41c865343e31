import { chmod, chown, lstat, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CnbError } from "../errors.ts";
import { kindOf, resolveInRoot } from "../sandbox/mounts/mount-points.ts";
import type { Mount, Tmpfs } from "../sandbox/spec.ts";
import type { WritableRoot } from "./writable-root.ts";

/**
 * Makes the working directory when the image lacks it, as Docker does: it belongs to root. Directories above it that the image
 * has are repeated in an overlay with their owner and mode, which would otherwise hide the image's.
 *
 * @throws CnbError IMAGE_INVALID when something else is in its place.
 */
export async function makeWorkingDir(name: string, root: WritableRoot, cwd: string): Promise<void> {
  const obstacle = await makeDirs(root, await resolveInRoot(root.rootfs, cwd));
  if (obstacle !== undefined) throw notADirectory(name, cwd, obstacle);
}

/**
 * Creates mount points that are removed with the app: others use the unpacked image below an
 * overlay, too.
 *
 * @throws CnbError ARGUMENT_INVALID when something else is there.
 */
export async function makeMountPoints(name: string, root: WritableRoot, mounts: readonly Mount[]): Promise<void> {
  for (const mount of mounts) {
    const isDirectory = (await kindOf(mount)) === "directory";
    const path = await resolveInRoot(root.rootfs, mount.target);
    const isThere = await lstat(join(root.rootfs, path)).catch(() => undefined);
    if (isThere && isThere.isDirectory() !== isDirectory) throw otherKind(name, mount.target, isThere.isDirectory());
    const obstacle = isThere ? undefined : await makeDirs(root, isDirectory ? path : dirname(path), "again");
    if (obstacle !== undefined) throw noMountPoint(name, mount.target, obstacle);
    if (isDirectory || isThere) continue;
    await writeFile(join(root.overlay?.upperDir ?? root.rootfs, path), "", { flag: "a" });
  }
}

/**
 * Makes the directories that will be in memory, so that they go away with the app.
 *
 * @throws CnbError ARGUMENT_INVALID when something else is there.
 */
export async function makeTmpfsDirs(name: string, root: WritableRoot, all: readonly Tmpfs[]): Promise<void> {
  for (const { target } of all) {
    const obstacle = await makeDirs(root, await resolveInRoot(root.rootfs, target));
    if (obstacle === undefined) continue;
    throw new CnbError(
      "ARGUMENT_INVALID",
      `--tmpfs ${target} is not possible: ${obstacle} of ${name} is not a directory`,
      {
        hint: "Choose another directory.",
      },
    );
  }
}

/** What is in the way, if so. Those that the image has are made `again` in an overlay when something goes into them. */
async function makeDirs({ rootfs, overlay }: WritableRoot, path: string, again?: "again"): Promise<string | undefined> {
  const parts = path.split("/").filter(Boolean);
  const paths = parts.map((_, index) => join("/", ...parts.slice(0, index + 1)));
  const existing = await Promise.all(paths.map((one) => lstat(join(rootfs, one)).catch(() => undefined)));
  const obstacle = existing.findIndex((stats) => stats && !stats.isDirectory());
  if (obstacle >= 0) return paths[obstacle];
  if (!again && existing.every(Boolean)) return undefined;
  for (const one of paths) await makeLike(join(rootfs, one), join(overlay?.upperDir ?? rootfs, one));
  return undefined;
}

async function makeLike(original: string, dir: string): Promise<void> {
  const stats = await stat(original).catch(() => undefined);
  try {
    await mkdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw error;
  }
  if (stats && process.getuid?.() === 0) await chown(dir, stats.uid, stats.gid);
  await chmod(dir, stats ? stats.mode & 0o7777 : 0o755);
}

const notADirectory = (name: string, cwd: string, path: string): CnbError =>
  new CnbError("IMAGE_INVALID", `${name} cannot be started in ${cwd}: ${path} is not a directory`, {
    hint: "Give the image another WorkingDir.",
  });

const otherKind = (name: string, target: string, isDirectory: boolean): CnbError => {
  const [there, wanted] = isDirectory ? ["a directory", "file"] : ["a file", "directory"];
  return new CnbError("ARGUMENT_INVALID", `No ${wanted} can be mounted at ${target} of ${name}: that is ${there}`, {
    hint: "Choose another path for the volume.",
  });
};

const noMountPoint = (name: string, target: string, path: string): CnbError =>
  new CnbError("ARGUMENT_INVALID", `Nothing can be mounted at ${target} of ${name}: ${path} is not a directory`, {
    hint: "Choose another path for the volume.",
  });
