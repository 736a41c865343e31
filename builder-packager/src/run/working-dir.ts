import { chmod, chown, lstat, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";
import { resolveInRoot } from "../sandbox/mount-points.ts";
import type { WritableRoot } from "./writable-root.ts";

/**
 * Makes the working directory when the image lacks it, as Docker does: it belongs to root. Directories above it that the image
 * has are repeated in an overlay with their owner and mode, which would otherwise hide the image's.
 *
 * @throws CnbError IMAGE_INVALID when something else is in its place.
 */
export async function makeWorkingDir(name: string, { rootfs, overlay }: WritableRoot, cwd: string): Promise<void> {
  const path = await resolveInRoot(rootfs, cwd);
  const parts = path.split("/").filter(Boolean);
  const paths = parts.map((_, index) => join("/", ...parts.slice(0, index + 1)));
  const existing = await Promise.all(paths.map((one) => lstat(join(rootfs, one)).catch(() => undefined)));
  const obstacle = existing.findIndex((stats) => stats && !stats.isDirectory());
  if (obstacle >= 0) throw notADirectory(name, cwd, paths[obstacle]);
  if (existing.every(Boolean)) return;
  for (const one of paths) await makeLike(join(rootfs, one), join(overlay?.upperDir ?? rootfs, one));
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

const notADirectory = (name: string, cwd: string, path: string | undefined): CnbError =>
  new CnbError("IMAGE_INVALID", `${name} cannot be started in ${cwd}: ${path} is not a directory`, {
    hint: "Give the image another WorkingDir.",
  });
