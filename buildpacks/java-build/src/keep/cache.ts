import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { cacheLayer } from "../application/layers.ts";
import type { Context } from "../config.ts";

/** What a tool downloads, kept from build to build. */
export interface Cache {
  readonly dir: string;
  /** Empties it when it has grown too large; the next build fills it with what it needs. */
  trim(): void;
}

/** Provides the cache of a tool. */
export async function provideCache({ layers, log }: Context, title: string): Promise<Cache> {
  const { path: dir } = await layers.provide(cacheLayer, { metadata: { tool: title }, quiet: true, create() {} });
  return {
    dir,
    trim() {
      if (bytesIn(dir, mostBytes) <= mostBytes) return;
      log.info(`The cache of ${title} has grown larger than 3 GB: it is emptied`);
      rmSync(dir, { recursive: true });
      mkdirSync(dir);
    },
  };
}

/** Restoring it takes its time, too. */
const mostBytes = 3_000_000_000;

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
