import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../config.ts";
import type { Task } from "../task.ts";
import { targetText } from "../venv/key.ts";
import { cacheLayer } from "../venv/layers.ts";

/** What a tool downloads and builds, kept from build to build. */
export interface Cache {
  readonly dir: string;
  /** Empties it when it has grown too large; the next build fills it with what it needs. */
  trim(): void;
}

/** Provides the cache of a tool: what is built for one Python or one distribution does not fit another. */
export async function provideCache({ layers, log, target }: Context, { manager, python }: Task): Promise<Cache> {
  const { path: dir } = await layers.provide(cacheLayer, {
    metadata: { manager: manager.title, python: python.version.replace(/\.\d+[^.]*$/, ""), target: targetText(target) },
    quiet: true,
    create() {},
  });
  return {
    dir,
    trim() {
      if (bytesIn(dir, mostBytes) <= mostBytes) return;
      log.info(`The cache of ${manager.title} has grown larger than 2 GB: it is emptied`);
      rmSync(dir, { recursive: true });
      mkdirSync(dir);
    },
  };
}

/** Restoring it takes its time, too. */
const mostBytes = 2_000_000_000;

/** How much is in a folder; counts no further than a bound. */
function bytesIn(dir: string, bound: number): number {
  let bytes = 0;
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (bytes > bound) break;
    const path = join(dir, entry.name);
    if (entry.isDirectory()) bytes += bytesIn(path, bound - bytes);
    else if (entry.isFile()) bytes += statSync(path).size;
  }
  return bytes;
}
