import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { object, record } from "../../schema.ts";
import { type CacheMetadata, cacheMetadataJson, noCache, parseCacheMetadata } from "../formats/lifecycle-metadata.ts";

const indexSchema = object({
  version: v.literal(2),
  metadata: v.string(),
  // Cached directories by the sha of the layer they hold.
  layers: record(v.string(), object({ dir: v.string(), fingerprint: v.string() })),
});

/** The location of one layer's files in a cache, with a fingerprint to detect modifications. */
export interface CacheEntry {
  /** The name of the layer's directory below `layers`. */
  readonly dir: string;
  readonly fingerprint: string;
}

/** The entries of a cache, by the diff IDs of the layers. */
export type CacheEntries = Readonly<Record<string, CacheEntry>>;

/** The contents of a cache's index file. */
export interface CacheIndex {
  readonly metadata: CacheMetadata;
  readonly layers: CacheEntries;
  /** The reason why an existing index was treated as empty. */
  readonly problem?: string;
}

/** Returns the path of the directory in the cache that contains a layer's files. */
export const treeIn = (cacheDir: string, name: string): string => join(cacheDir, "layers", name);

/** Reads the index of a cache. A malformed index is treated as empty. */
export async function readCacheIndex(dir: string): Promise<CacheIndex> {
  const text = await readFile(join(dir, "index.json"), "utf8").catch(() => undefined);
  if (text === undefined) return { metadata: noCache, layers: {} };
  try {
    const { metadata: json, layers } = v.parse(indexSchema, JSON.parse(text));
    const metadata = parseCacheMetadata(json);
    if (metadata) return { metadata, layers };
  } catch {
    // Told below.
  }
  return { metadata: noCache, layers: {}, problem: `${dir}/index.json is malformed` };
}

/** Writes the cache's index file atomically, replacing the old one. */
export async function writeCacheIndex(dir: string, metadata: CacheMetadata, layers: CacheEntries): Promise<void> {
  const index: v.InferOutput<typeof indexSchema> = { version: 2, metadata: cacheMetadataJson(metadata), layers };
  await writeFile(join(dir, "index.json.tmp"), JSON.stringify(index));
  await rename(join(dir, "index.json.tmp"), join(dir, "index.json"));
}
