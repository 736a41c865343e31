import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Removes a directory tree, also one whose directories its owner may not enter: images and overlays have such. */
export async function removeTree(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true });
  } catch {
    await openDirectories(dir);
    await rm(dir, { recursive: true, force: true });
  }
}

async function openDirectories(dir: string): Promise<void> {
  await chmod(dir, 0o700);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await openDirectories(join(dir, entry.name));
  }
}
