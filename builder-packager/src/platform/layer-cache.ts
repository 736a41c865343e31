import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, realpath, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { copyTree } from "./copy-tree.ts";
import { fingerprint } from "./fingerprint.ts";
import { withFolderLock } from "./folder-lock.ts";
import { type CacheMetadata, cacheMetadataJson, noCache, parseCacheMetadata } from "./lifecycle-metadata.ts";
import { removeTree } from "./work-dir.ts";

const indexSchema = v.object({
  version: v.literal(1),
  metadata: v.string(),
  // Cached directories by the sha of the layer they hold.
  layers: v.record(v.string(), v.object({ dir: v.string(), fingerprint: v.string() })),
});

type Index = v.InferOutput<typeof indexSchema>;

/** A layer to keep: its sha and where its files are. `unchanged` ones are in the cache already. */
export interface CachedTree {
  readonly sha: string;
  readonly hostPath: string;
}

/**
 * The cache of one app on this machine: layers as directories, named by one index file that is replaced as a whole.
 * A killed build leaves the old index and directories that the next commit removes.
 */
export interface LayerCache {
  readonly dir: string;
  readonly metadata: CacheMetadata;
  /** Why there is nothing in it, when there was something. */
  readonly problem?: string;
  /** Copies a cached layer out; false when its files are not those that were put in. */
  restore(
    sha: string,
    target: string,
    owner: { readonly uid: number; readonly gid: number } | undefined,
  ): Promise<boolean>;
  /** Replaces the contents of the cache. */
  commit(metadata: CacheMetadata, trees: readonly CachedTree[]): Promise<void>;
}

/** The cache folder of an app and its image below `parent`. */
export async function cacheFolderOf(parent: string, app: string, output: string): Promise<string> {
  const key = createHash("sha256")
    .update(`${await realpath(app)}\0${output}`)
    .digest("hex");
  return join(parent, key.slice(0, 32));
}

/** Opens a cache. One that cannot be read is empty. */
export async function openLayerCache(folder: string, signal: AbortSignal): Promise<LayerCache> {
  const dir = resolve(folder);
  // Layers may hold what only their owner should read.
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await mkdir(join(dir, "layers"), { recursive: true });
  const locked = <T>(work: () => Promise<T>) => withFolderLock(dir, signal, work);
  const { index, metadata, problem } = await readIndex(dir);
  return {
    dir,
    metadata,
    ...(problem ? { problem } : {}),
    restore: (sha, target, owner) => locked(() => restoreTree(dir, index.layers[sha], target, { owner, signal })),
    commit: (next, trees) => locked(() => commitTrees(dir, next, trees, signal)),
  };
}

const emptyIndex: Index = { version: 1, metadata: "", layers: {} };

async function readIndex(
  dir: string,
): Promise<{ readonly index: Index; readonly metadata: CacheMetadata; readonly problem?: string }> {
  const text = await readFile(join(dir, "index.json"), "utf8").catch(() => undefined);
  if (text === undefined) return { index: emptyIndex, metadata: noCache };
  try {
    const index = v.parse(indexSchema, JSON.parse(text));
    const metadata = parseCacheMetadata(index.metadata);
    if (metadata) return { index, metadata };
  } catch {
    // Told below.
  }
  return { index: emptyIndex, metadata: noCache, problem: `${dir}/index.json cannot be understood` };
}

interface CopyContext {
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  readonly signal: AbortSignal;
}

async function restoreTree(
  dir: string,
  entry: Index["layers"][string] | undefined,
  target: string,
  context: CopyContext,
): Promise<boolean> {
  if (!entry) return false;
  const source = join(dir, "layers", entry.dir);
  if (!isIntact(source, entry.fingerprint)) return false;
  await copyTree(source, target, context);
  return true;
}

function isIntact(dir: string, expected: string): boolean {
  try {
    return fingerprint(dir) === expected;
  } catch {
    return false;
  }
}

async function commitTrees(
  dir: string,
  metadata: CacheMetadata,
  trees: readonly CachedTree[],
  signal: AbortSignal,
): Promise<void> {
  // Another build of the same app may have committed since this one began.
  const { index } = await readIndex(dir);
  const layers: Record<string, Index["layers"][string]> = {};
  for (const { sha, hostPath } of trees) {
    const kept = index.layers[sha];
    layers[sha] ??=
      kept && isIntact(join(dir, "layers", kept.dir), kept.fingerprint)
        ? kept
        : await addTree(dir, sha, hostPath, signal);
  }
  const next: Index = { version: 1, metadata: cacheMetadataJson(metadata), layers };
  await writeFile(join(dir, "index.json.tmp"), JSON.stringify(next));
  await rename(join(dir, "index.json.tmp"), join(dir, "index.json"));
  const named = new Set(Object.values(layers).map((entry) => entry.dir));
  for (const name of await readdir(join(dir, "layers")))
    if (!named.has(name)) await removeTree(join(dir, "layers", name));
}

async function addTree(
  dir: string,
  sha: string,
  hostPath: string,
  signal: AbortSignal,
): Promise<Index["layers"][string]> {
  const name = `${sha.replace(/^sha256:/, "").slice(0, 16)}-${randomBytes(4).toString("hex")}`;
  const target = join(dir, "layers", name);
  await copyTree(hostPath, target, { signal });
  return { dir: name, fingerprint: fingerprint(target) };
}
