import { chmod, rename } from "node:fs/promises";
import { removeTree } from "../../sandbox/remove-tree.ts";
import { copyTree } from "../rootfs/copy-tree.ts";

/**
 * Moves a directory to a path that does not exist yet, even on another file system: if cnb runs in
 * a container of the builder, `/layers` may be a volume. Pipes, sockets and devices are not moved
 * to another file system.
 */
export async function moveTree(from: string, to: string): Promise<void> {
  await chmod(from, 0o700); // an ordinary user can move a directory to another parent only if the directory is writable
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await copyTree(from, to);
    await removeTree(from);
  }
}
