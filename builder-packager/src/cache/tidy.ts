import { cacheDir } from "../cache-dirs.ts";
import { endUses, hasGrown } from "../cache-use.ts";
import { cacheLimit } from "./limit.ts";
import { isPruningDue } from "./prune-stamp.ts";

const mib = 2 ** 20;

/**
 * Checks the cache's limit and the free space before a command that adds entries to the cache.
 *
 * @throws CnbError ARGUMENT_INVALID, CACHE_FULL
 */
export async function prepare(env: NodeJS.ProcessEnv, command: string): Promise<void> {
  cacheLimit(env);
  const { reclaimSpace } = await import("./reclaim-space.ts");
  await reclaimSpace(cacheDir(env), { work: `cnb ${command}`, usual: 256 * mib, least: 4 * mib });
}

/**
 * Records that a command no longer uses entries of the cache. Prunes the cache once a day, and
 * reduces it to its limit if the command added entries.
 */
export async function tidy(env: NodeJS.ProcessEnv): Promise<void> {
  endUses();
  const root = cacheDir(env);
  const limit = cacheLimit(env);
  const isGrown = hasGrown(root);
  if (!isGrown && !(await isPruningDue(root))) return;
  const { keepLimit, maxWaitMs, pruneDaily } = await import("./prune.ts");
  const isPruned = (await pruneDaily(root, limit)) !== undefined;
  if (isGrown && !isPruned) await keepLimit(root, limit, { maxWaitMs });
}
