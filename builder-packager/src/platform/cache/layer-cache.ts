import { createHash } from "node:crypto";
import { mkdir, realpath, stat, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { CnbError } from "../../errors.ts";
import { tryFileLock, withFileLock } from "../../lock/file-lock.ts";
import { createNextTo } from "../../oci/files/output-file.ts";
import { type CacheMetadata, noCache } from "../formats/lifecycle-metadata.ts";
import { copyTree } from "../rootfs/copy-tree.ts";
import { type CachedTree, type CacheUse, commitTrees, intactTree, moveTree } from "./cache-commit.ts";
import { type CacheEntry, readCacheIndex, treeIn } from "./cache-index.ts";
import { noteMoves, returnTrees } from "./moved-trees.ts";
import { fingerprintOf, surveyTree } from "./tree-survey.ts";

/** A layer with restored files. */
export interface RestoredTree {
  readonly fingerprint: string;
  /** True if its files were written just now. */
  readonly fresh: boolean;
}

/**
 * The cache of one app on this machine: layers as directories, named by one index file that is replaced as a whole.
 *
 * Large layers are not copied: restoring moves their directory into the build's work directory, committing moves it back.
 * Meanwhile the index names a directory that is not there, which nobody trusts. The old cache stays usable
 * if a build fails or is killed:
 * - Small layers are copied, so the cache keeps them whatever the build does. Buildpacks keep their notes there.
 * - Of large ones a journal in the work directory says where they belong. `close`, or the next build when this one was
 *   killed, moves them back as long as their fingerprint is that of the index. One that the failed build changed is lost, also
 *   when the buildpack that did it succeeded: its metadata and its SBOM would be those of a build that never ended.
 * - A commit writes journal and index before it moves: a kill in between is repaired in the same way, to the new state.
 * A second build of the same app at the same time runs without the cache; the last commit wins.
 */
export interface LayerCache {
  /** The folder or the image, for people. */
  readonly dir: string;
  readonly metadata: CacheMetadata;
  /** The reason why an existing cache is empty. */
  readonly problem?: string;
  /**
   * Restores a cached layer to `target`, inside the work directory; undefined if its files were
   * modified. `path` is their path in an image.
   */
  restore(sha: string, target: string, path: string): Promise<RestoredTree | undefined>;
  /** Replaces the contents of the cache. `survey` may know the trees already. */
  commit(metadata: CacheMetadata, trees: readonly CachedTree[], survey?: typeof surveyTree): Promise<void>;
  /**
   * Ends the use of the cache; restored layers that were not committed are moved back. Returns the
   * paths of modified ones, which are lost.
   */
  close(): Promise<readonly string[]>;
}

/** The cache folder of an app and its image below `parent`. */
export async function cacheFolderOf(parent: string, app: string, output: string): Promise<string> {
  const key = createHash("sha256")
    .update(`${await realpath(app)}\0${output}`)
    .digest("hex");
  return join(parent, key.slice(0, 32));
}

/**
 * Makes the folder of a cache, so that a build does not find out late that it cannot.
 *
 * @throws CnbError ARGUMENT_INVALID when something else is there, OUTPUT_UNWRITABLE.
 */
export async function checkCache(folder: string): Promise<void> {
  const dir = resolve(folder);
  const stats = await stat(dir).catch(() => undefined);
  if (stats && !stats.isDirectory())
    throw new CnbError("ARGUMENT_INVALID", `the cache ${folder} is not a folder`, {
      hint: "Give a folder with --cache.",
    });
  if (!stats) await createNextTo(dir, (temporary) => mkdir(temporary));
  else await createNextTo(join(dir, "lease"), (temporary) => writeFile(temporary, ""));
}

/** Opens a cache. One that cannot be read, or that another build uses, is empty. */
export async function openLayerCache(folder: string, options: CacheUse): Promise<LayerCache> {
  const dir = resolve(folder);
  // Layers may hold what only their owner should read.
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await mkdir(join(dir, "layers"), { recursive: true });
  const release = await tryFileLock(join(dir, "lease"), options.signal);
  const { metadata, layers, problem } = release
    ? await readCacheIndex(dir)
    : { metadata: noCache, layers: {}, problem: "another build of the same app is using it" };
  const locked = <T>(work: () => Promise<T>) => withFileLock(join(dir, "lock"), options.signal, work);
  return {
    dir,
    metadata,
    ...(problem ? { problem } : {}),
    restore: (sha, target) => locked(() => restoreTree(dir, layers[sha], target, options)),
    commit: (next, trees, survey = surveyTree) => locked(() => commitTrees(dir, next, trees, { ...options, survey })),
    close: () => returnTrees(options.work).finally(release),
  };
}

/** Copying this much takes about as long as the look that says whether it is unchanged. */
const small = { entries: 64, bytes: 8 * 1024 * 1024 };

async function restoreTree(
  dir: string,
  entry: CacheEntry | undefined,
  target: string,
  { work, owner, signal }: CacheUse,
): Promise<RestoredTree | undefined> {
  if (!entry) return undefined;
  const source = treeIn(dir, entry.dir);
  const survey = await intactTree(dir, entry, signal);
  if (!survey) return undefined;
  const isSmall = survey.entries <= small.entries && survey.bytes <= small.bytes;
  const isOwned = !owner || survey.owner === `${owner.uid}:${owner.gid}`;
  if (!isSmall && isOwned) {
    noteMoves(work, [{ cache: dir, name: entry.dir, path: relative(work, target) }]);
    if (await moveTree(source, target)) return { fingerprint: entry.fingerprint, fresh: false };
  }
  await copyTree(source, target, { owner, signal });
  return { fingerprint: await fingerprintOf(target, signal), fresh: true };
}
