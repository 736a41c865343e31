import { accessSync, constants, mkdtempSync, readFileSync, realpathSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { removeTree } from "./files.ts";

/** Runs a function with a new directory, which is removed afterwards. */
export async function inTemporaryDirectory<T>(use: (dir: string) => Promise<T>, parent = tmpdir()): Promise<T> {
  const dir = realpathSync(mkdtempSync(join(parent, "libcnb-")));
  try {
    return await use(dir);
  } finally {
    await remove(dir);
  }
}

async function remove(dir: string): Promise<void> {
  try {
    rmSync(dir, { recursive: true, force: true }); // several times as fast as the asynchronous one
  } catch {
    await removeTree(dir);
  }
}

const memory = "/dev/shm";
const memoryReserve = 1024 ** 3;
let chosen: string | undefined;

/**
 * Returns the directory in which to create many small temporary directories. If TMPDIR is not set,
 * and `/dev/shm` has one GiB of free space and permits execution, this is `/dev/shm`, which is in
 * memory. Otherwise it is the system's temporary directory.
 */
export function fastTemporaryRoot(): string {
  chosen ??= process.env.TMPDIR === undefined && isUsableMemory() ? memory : tmpdir();
  return chosen;
}

function isUsableMemory(): boolean {
  try {
    const mounts = readFileSync("/proc/self/mounts", "utf8")
      .split("\n")
      .map((line) => line.split(" "));
    const [, , type, options = ""] = mounts.findLast(([, location]) => location === memory) ?? [];
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return type === "tmpfs" && !options.split(",").includes("noexec") && bavail * bsize >= memoryReserve;
  } catch {
    return false; // another system, or none of our business
  }
}

/**
 * Returns the PATH of this process, or a default PATH if it has none. Tests use it to find tools.
 */
export function inheritedPath(): { readonly PATH: string } {
  return { PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin" };
}
