import { randomBytes } from "node:crypto";
import { readdir, rename } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Layer } from "../../oci/model/image.ts";
import { removeTree } from "../../sandbox/remove-tree.ts";
import type { TarEntry } from "../../tar/entry.ts";
import type { CacheMetadata } from "../formats/lifecycle-metadata.ts";
import { copyTree, type FileOwner } from "../rootfs/copy-tree.ts";
import { type CacheEntry, readCacheIndex, treeIn, writeCacheIndex } from "./cache-index.ts";
import { noteMoves } from "./moved-trees.ts";
import { fingerprintOf, type SurveyTree, surveyTree, type TreeSurvey } from "./tree-survey.ts";

/** A layer to cache: its diff ID and the location of its files. */
export interface CachedTree {
  readonly sha: string;
  readonly hostPath: string;
  /**
   * True if the files are in a directory of the work directory that can be moved into the cache,
   * because nothing else needs it.
   */
  readonly movable: boolean;
  /** The exported layer, if there is one. Only a cache image uses it. */
  readonly layer?: Layer | undefined;
  /** Lists the tar entries of the layer. Only a cache image uses it. */
  readonly entries?: () => Promise<readonly TarEntry[]>;
}

/** The work directory, owner and signal of the build that uses a cache. */
export interface CacheUse {
  /** The path of the build's work directory. */
  readonly work: string;
  /**
   * The owner of restored files. Undefined unless cnb runs as root, because only root can set
   * owners.
   */
  readonly owner: FileOwner | undefined;
  readonly signal: AbortSignal;
}

/**
 * An entry of the next index. With `from`, its files are still at that path in the work directory.
 */
interface PlannedEntry extends CacheEntry {
  readonly sha: string;
  readonly from?: string;
}

/** Replaces the contents of a locked cache. */
export async function commitTrees(
  dir: string,
  metadata: CacheMetadata,
  trees: readonly CachedTree[],
  use: CacheUse & { readonly survey: SurveyTree },
): Promise<void> {
  // Another build of the same app may have committed since this one began.
  const { layers } = await readCacheIndex(dir);
  const planned = new Map<string, PlannedEntry>();
  for (const tree of trees)
    if (!planned.has(tree.sha)) planned.set(tree.sha, await planTree(dir, layers[tree.sha], tree, use));
  noteMoves(
    use.work,
    [...planned.values()].flatMap(({ dir: name, from }) =>
      from ? [{ cache: dir, name, path: relative(use.work, from) }] : [],
    ),
  );
  await writeCacheIndex(dir, metadata, entriesOf(planned));
  if (await putTrees(dir, planned, use)) await writeCacheIndex(dir, metadata, entriesOf(planned));
  const named = new Set([...planned.values()].map((entry) => entry.dir));
  for (const name of await readdir(join(dir, "layers"))) if (!named.has(name)) await removeTree(treeIn(dir, name));
}

const entriesOf = (planned: ReadonlyMap<string, PlannedEntry>): Readonly<Record<string, CacheEntry>> =>
  Object.fromEntries([...planned].map(([sha, { dir, fingerprint }]) => [sha, { dir, fingerprint }]));

async function planTree(
  dir: string,
  kept: CacheEntry | undefined,
  { sha, hostPath, movable }: CachedTree,
  { owner, signal, survey: surveyOf }: CacheUse & { readonly survey: SurveyTree },
): Promise<PlannedEntry> {
  const survey = await surveyOf(hostPath, signal);
  const inCache = kept && (await intactTree(dir, kept, signal));
  // One with other owners would be copied by every build to come.
  if (kept && inCache && inCache.owner === survey?.owner) return { sha, ...kept };
  const name = `${sha.replace(/^sha256:/, "").slice(0, 16)}-${randomBytes(4).toString("hex")}`;
  // A file with further names outside changes when those are removed with the work directory.
  if (survey && movable && !survey.hardLinks)
    return { sha, dir: name, fingerprint: survey.fingerprint, from: hostPath };
  await copyTree(hostPath, treeIn(dir, name), { owner, signal });
  return { sha, dir: name, fingerprint: await fingerprintOf(treeIn(dir, name), signal) };
}

/**
 * Moves the planned trees. Returns true if some had to be copied: the index then needs their new
 * fingerprints.
 */
async function putTrees(
  dir: string,
  planned: Map<string, PlannedEntry>,
  { owner, signal }: CacheUse,
): Promise<boolean> {
  let isCopied = false;
  for (const [sha, { from, ...entry }] of planned) {
    const target = treeIn(dir, entry.dir);
    if (!from || (await moveTree(from, target))) continue;
    await copyTree(from, target, { owner, signal });
    planned.set(sha, { ...entry, fingerprint: await fingerprintOf(target, signal) });
    isCopied = true;
  }
  return isCopied;
}

/**
 * Checks the files of a cache entry. Returns undefined if the files are missing or were modified.
 */
export async function intactTree(dir: string, entry: CacheEntry, signal: AbortSignal): Promise<TreeSurvey | undefined> {
  try {
    const survey = await surveyTree(treeIn(dir, entry.dir), signal);
    return survey?.fingerprint === entry.fingerprint ? survey : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/**
 * Renames a directory. Returns false if it must be copied instead, because the target is on another
 * file system, or the user cannot write to the directory.
 */
export async function moveTree(source: string, target: string): Promise<boolean> {
  try {
    await rename(source, target);
    return true;
  } catch (error) {
    if (["EXDEV", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}
