import { accessSync, constants, mkdtempSync, readFileSync, realpathSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { removeTree } from "./files.ts";

/** Runs something with a new directory, which is gone afterwards. */
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
const roomInMemory = 1024 ** 3;
let chosen: string | undefined;

/**
 * Where many small directories are made and removed fast: in memory, if there is a GiB of it and programs may be run there; else, or if TMPDIR says
 * where, on the disk.
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
    const [, , type, options = ""] = mounts.findLast(([, place]) => place === memory) ?? [];
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return type === "tmpfs" && !options.split(",").includes("noexec") && bavail * bsize >= roomInMemory;
  } catch {
    return false; // another system, or none of our business
  }
}

/** What a lifecycle lets through of its own environment and a test needs: tools are found by PATH. */
export function inheritedPath(): { readonly PATH: string } {
  return { PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin" };
}
