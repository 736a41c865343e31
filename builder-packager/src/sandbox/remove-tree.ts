import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, lstat, readdir, rename, rm } from "node:fs/promises";
import { readHostFacts } from "./backends/host-facts.ts";
import { killGroup } from "./processes/process-group.ts";

/** The prefix of the name of a directory that could not be removed. */
export const leftoverPrefix = "leftover-";

/**
 * Removes a directory tree. Images and overlays contain directories that their owner cannot enter,
 * and hostile builds nest directories more deeply than a path can express (PATH_MAX, 4096 bytes).
 * Processes in a user namespace leave files that belong to the user's subordinate ids. These files
 * are removed in such a namespace.
 */
export async function removeTree(dir: string): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true });
  } catch {
    await removeOpened(dir).catch((error: unknown) => removeInNamespace(dir, error));
  }
}

async function removeOpened(dir: string): Promise<void> {
  if (await isDirectory(dir)) await openAndFlatten(dir);
  await rm(dir, { recursive: true, force: true });
}

const isDirectory = (dir: string): Promise<boolean> =>
  lstat(dir).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

/**
 * The maximal length of a path below the top of the tree. The kernel resolves the whole path in
 * each call, so short paths are several times faster.
 */
const maxDepthBytes = 256;

/**
 * Makes all directories accessible, and moves deeply nested ones to the top of the tree. A moved
 * directory is then processed like any other, so no path becomes long. Names are bytes, because an
 * image may contain any.
 */
async function openAndFlatten(dir: string): Promise<void> {
  const top = Buffer.from(dir);
  const pending: Buffer[] = [top];
  for (let current = pending.pop(), moved = 0; current !== undefined; current = pending.pop()) {
    for (const path of await openDirectory(current).catch(noneIfGone)) {
      if (path.length - top.length <= maxDepthBytes) pending.push(path);
      else pending.push(...(await moveTo(below(top, flatName(moved++)), path).catch(noneIfGone)));
    }
  }
}

/** The directories in `dir`. */
async function openDirectory(dir: Buffer): Promise<readonly Buffer[]> {
  await chmod(dir, 0o700);
  const entries = await readdir(dir, { withFileTypes: true, encoding: "buffer" });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => below(dir, name));
}

async function moveTo(target: Buffer, path: Buffer): Promise<readonly Buffer[]> {
  await chmod(path, 0o700); // moving a directory writes its ".."
  await rename(path, target);
  return [target];
}

/**
 * Ignores directories that no longer exist: when Node's `rm` fails, it still removes other
 * directories in the background.
 */
function noneIfGone(error: NodeJS.ErrnoException): readonly Buffer[] {
  if (error.code === "ENOENT") return [];
  throw error;
}

/** A name that is new in the tree, because it contains the current time. */
const flatName = (count: number): Buffer => Buffer.from(`.deep-${process.pid}-${process.hrtime.bigint()}-${count}`);

const below = (dir: Buffer, name: Buffer): Buffer => Buffer.concat([dir, Buffer.from("/"), name]);

/**
 * Removes a directory in a user namespace. If none can be created, the original error is thrown.
 */
async function removeInNamespace(dir: string, error: unknown): Promise<void> {
  const { unshare } = readHostFacts(process.env).tools;
  if (unshare === undefined || process.getuid?.() === 0) throw error;
  const args = ["--user", "--map-root-user", "--map-auto", "--", "rm", "-rf", "--", dir];
  const child = spawn(unshare, args, { stdio: "ignore", detached: true });
  const [exitCode] = await once(child, "exit").catch(() => [undefined]);
  killGroup(child.pid);
  if (exitCode !== 0) throw error;
}
