import { chmod, chown, lstat, mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CnbError } from "../errors.ts";
import { kindOf, resolveInRoot } from "../sandbox/mounts/mount-points.ts";
import type { Mount, Tmpfs } from "../sandbox/spec.ts";
import type { WritableRoot } from "./writable-root.ts";

/**
 * Creates the app's working directory if the image does not contain it. As with Docker, the
 * directory belongs to root. In an overlay, missing parent directories are created with the owner
 * and mode that they have in the image, because a directory in the overlay hides the image's
 * directory.
 *
 * @throws CnbError IMAGE_INVALID if the path is something other than a directory.
 */
export async function makeWorkingDir(name: string, root: WritableRoot, cwd: string): Promise<void> {
  const obstacle = await makeDirs(root, await resolveInRoot(root.rootfs, cwd));
  if (obstacle !== undefined) throw notADirectory(name, cwd, obstacle);
}

/**
 * Creates mount points that are removed with the app. With an overlay, they are created in the
 * upper directory, because other apps share the unpacked image.
 *
 * @throws CnbError ARGUMENT_INVALID if a mount point exists with another type.
 */
export async function makeMountPoints(name: string, root: WritableRoot, mounts: readonly Mount[]): Promise<void> {
  for (const mount of mounts) {
    const isDirectory = (await kindOf(mount)) === "directory";
    const path = await resolveInRoot(root.rootfs, mount.target);
    const isPresent = await lstat(join(root.rootfs, path)).catch(() => undefined);
    if (isPresent && isPresent.isDirectory() !== isDirectory)
      throw otherKind(name, mount.target, isPresent.isDirectory());
    const dir = isDirectory ? path : dirname(path);
    const obstacle = isPresent ? undefined : await makeDirs(root, dir, "again");
    if (obstacle !== undefined) throw noMountPoint(name, mount.target, obstacle);
    if (isDirectory || isPresent) continue;
    await writeFile(join(root.overlay?.upperDir ?? root.rootfs, path), "", { flag: "a" });
  }
}

/**
 * Creates the mount points of tmpfs mounts, which are removed with the app.
 *
 * @throws CnbError ARGUMENT_INVALID if a mount point exists and is not a directory.
 */
export async function makeTmpfsDirs(name: string, root: WritableRoot, all: readonly Tmpfs[]): Promise<void> {
  for (const { target } of all) {
    const obstacle = await makeDirs(root, await resolveInRoot(root.rootfs, target));
    if (obstacle === undefined) continue;
    throw new CnbError(
      "ARGUMENT_INVALID",
      `--tmpfs ${target} cannot be mounted: ${obstacle} in the image ${name} is not a directory`,
      {
        hint: "Choose another directory for --tmpfs.",
      },
    );
  }
}

/**
 * Creates a directory and its parents. Returns the path of an existing entry that is not a
 * directory, if any. With `again`, directories of the image are also created in the overlay, so
 * that entries can be added to them.
 */
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
  new CnbError(
    "IMAGE_INVALID",
    `${name} cannot be started in its working directory ${cwd}: ${path} is not a directory`,
    {
      hint: "Build the image with another working directory (WorkingDir).",
    },
  );

const otherKind = (name: string, target: string, isDirectory: boolean): CnbError => {
  const [there, wanted] = isDirectory ? ["a directory", "file"] : ["a file", "directory"];
  return new CnbError(
    "ARGUMENT_INVALID",
    `a ${wanted} cannot be mounted at ${target}: in the image ${name}, this path is ${there}`,
    {
      hint: "Choose another path for the volume.",
    },
  );
};

const noMountPoint = (name: string, target: string, path: string): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    `a volume cannot be mounted at ${target}: in the image ${name}, ${path} is not a directory`,
    {
      hint: "Choose another path for the volume.",
    },
  );
