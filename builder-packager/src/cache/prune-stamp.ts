import { stat } from "node:fs/promises";
import { join } from "node:path";

const dayMs = 24 * 60 * 60 * 1000;

/** Returns the path of the file whose modification time is that of the last daily pruning. */
export const pruneStamp = (root: string): string => join(root, "pruned");

/** True if a cache exists that was not pruned in the last day. */
export async function isPruningDue(root: string, nowMs: number = Date.now()): Promise<boolean> {
  const before = await statsOf(pruneStamp(root));
  if (before !== undefined) return Math.abs(nowMs - before.mtimeMs) >= dayMs;
  return (await statsOf(root)) !== undefined;
}

const statsOf = (path: string) => stat(path).catch(() => undefined);
