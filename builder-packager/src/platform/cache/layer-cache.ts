import { createHash } from "node:crypto";
import { mkdir, realpath, stat, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { tryFileLock, withFileLock } from "../../lock/file-lock.ts";
import { createNextTo } from "../../oci/files/output-file.ts";
import { type CacheMetadata, noCache } from "../formats/lifecycle-metadata.ts";
import { copyTree } from "../rootfs/copy-tree.ts";
import { type CachedTree, type CacheUse, commitTrees, intactTree, moveTree } from "./cache-commit.ts";
import { type CacheEntry, readCacheIndex, treeIn } from "./cache-index.ts";
import { noteMoves, returnTrees } from "./moved-trees.ts";
import { fingerprintOf, type SurveyTree, surveyTree } from "./tree-survey.ts";

/** A layer whose files were restored from the cache. */
export interface RestoredTree {
  readonly fingerprint: string;
  /**
   * True if the files were written in this build; false if the directory of the cache was moved.
   */
  readonly fresh: boolean;
}

/**
 * The cache of one app on this machine. Each layer is a directory, and one index file, which is
 * replaced atomically, lists the layers.
 *
 * Large layers are not copied. Restoring moves their directory into the build's work directory, and
 * committing moves it back. In between, the index refers to a directory that does not exist, and
 * readers treat that layer as missing. If a build fails or is killed, the old cache remains usable:
 * - Small layers are copied, so the cache still has them after a failed build. Buildpacks store
 *   their own metadata in them.
 * - For large layers, a journal in the work directory records where they belong. `close` moves
 *   them back. If the build was killed, the next build moves them back. A layer is moved back only
 *   if its fingerprint is equal to the fingerprint in the index. A layer that the failed build
 *   changed is lost even if its buildpack succeeded, because its metadata and SBOM would come from
 *   an unfinished build.
 * - A commit writes the journal and the index before it moves directories. If the build is killed
 *   in between, the next build completes the commit in the same way. A second build of the same app
 *   at the same time runs without the cache. If both builds commit, the last commit replaces the
 *   other.
 */
export interface LayerCache {
  /** The directory of the cache, or the reference of the cache image, for messages. */
  readonly dir: string;
  readonly metadata: CacheMetadata;
  /** The reason why an existing cache is treated as empty; absent if it is usable. */
  readonly problem?: string;
  /**
   * Restores a cached layer to `target`, a path in the work directory. Returns undefined if the
   * cached files were modified. `path` is the location of the files within the layer of a cache
   * image.
   */
  restore(sha: string, target: string, path: string): Promise<RestoredTree | undefined>;
  /**
   * Replaces the contents of the cache. `survey` surveys a tree, and may return the result of an
   * earlier survey.
   */
  commit(metadata: CacheMetadata, trees: readonly CachedTree[], survey?: SurveyTree): Promise<void>;
  /**
   * Ends the use of the cache. Restored layers that were not committed are moved back. Returns the
   * paths of modified layers, which are lost.
   */
  close(): Promise<readonly string[]>;
}

/** Returns the cache directory for an app and its output image, below `parent`. */
export async function cacheFolderOf(parent: string, app: string, output: string): Promise<string> {
  const key = createHash("sha256")
    .update(`${await realpath(app)}\0${output}`)
    .digest("hex");
  return join(parent, key.slice(0, 32));
}

/**
 * Checks before a build starts that the cache directory can be created or written.
 *
 * @throws CnbError ARGUMENT_INVALID if the path is something other than a directory,
 * OUTPUT_UNWRITABLE.
 */
export async function checkCache(folder: string): Promise<void> {
  const dir = resolve(folder);
  const stats = await stat(dir).catch(() => undefined);
  if (stats && !stats.isDirectory())
    throw new CnbError("ARGUMENT_INVALID", `the cache ${folder} is not a directory`, {
      hint: "Pass the path of a directory with --cache.",
    });
  if (!stats) await createNextTo(dir, (temporary) => mkdir(temporary));
  else await createNextTo(join(dir, "lease"), (temporary) => writeFile(temporary, ""));
}

/**
 * Opens a cache in a directory. A cache that cannot be read, or that another build uses, is treated
 * as empty.
 */
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
    ...defined({ problem: problem || undefined }),
    restore: (sha, target) => locked(() => restoreTree(dir, layers[sha], target, options)),
    commit: (next, trees, survey = surveyTree) => locked(() => commitTrees(dir, next, trees, { ...options, survey })),
    close: () => returnTrees(options.work).finally(release),
  };
}

/**
 * The limits of a small layer. Copying it takes about as long as checking whether it was modified.
 */
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
