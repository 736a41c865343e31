import { mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { removeTree } from "./files.ts";

/** Runs something with a new directory, which is gone afterwards. */
export async function inTemporaryDirectory<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "libcnb-")));
  try {
    return await use(dir);
  } finally {
    await removeTree(dir);
  }
}

/** What a lifecycle lets through of its own environment and a test needs: tools are found by PATH. */
export function inheritedPath(): { readonly PATH: string } {
  return { PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin" };
}
