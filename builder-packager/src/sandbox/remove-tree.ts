import { execFile } from "node:child_process";
import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readHostFacts } from "./host-facts.ts";

/**
 * Removes a directory tree, also one whose directories its owner may not enter: images and overlays have such. What belongs to
 * subordinate ids of the user, since it was made in a user namespace, is removed in one.
 */
export async function removeTree(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true });
  } catch {
    await removeOpened(dir).catch((error: unknown) => removeInNamespace(dir, error));
  }
}

async function removeOpened(dir: string): Promise<void> {
  await openDirectories(dir);
  await rm(dir, { recursive: true, force: true });
}

async function openDirectories(dir: string): Promise<void> {
  await chmod(dir, 0o700);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await openDirectories(join(dir, entry.name));
  }
}

/** Where there is no such namespace, nothing in it can have made the tree: then the first error is told. */
async function removeInNamespace(dir: string, error: unknown): Promise<void> {
  const { unshare } = readHostFacts(process.env).tools;
  if (unshare === undefined || process.getuid?.() === 0) throw error;
  const args = ["--user", "--map-root-user", "--map-auto", "--", "rm", "-rf", "--", dir];
  await promisify(execFile)(unshare, args).catch(() => {
    throw error;
  });
}
