import { appendFileSync, existsSync, lstatSync, renameSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { withFileLock } from "../../lock/file-lock.ts";
import { object } from "../../schema.ts";
import { readCacheIndex, treeIn } from "./cache-index.ts";
import { surveyTree } from "./tree-survey.ts";

const movedTree = object({ cache: v.string(), name: v.string(), path: v.string() });

/** A directory that is moved between a cache and a work directory. */
export interface MovedTree {
  /** The path of the cache's directory. */
  readonly cache: string;
  /** The name of the directory in the cache. */
  readonly name: string;
  /** The path of the directory, relative to the work directory. */
  readonly path: string;
}

const journalFile = "moved-trees.jsonl";

/**
 * Writes the location of each directory in the cache to the journal of the work directory. Called
 * before the directories are moved.
 */
export function noteMoves(workDir: string, trees: readonly MovedTree[]): void {
  if (trees.length === 0) return;
  appendFileSync(join(workDir, journalFile), trees.map((tree) => `${JSON.stringify(tree)}\n`).join(""));
}

/**
 * Moves unmodified trees of a work directory back to the caches they came from. The work directory
 * is that of a build that failed or was killed. Returns the paths of modified trees, which are not
 * moved.
 *
 * @example `const lost = await returnTrees("/cache/work/build-1")`
 */
export async function returnTrees(workDir: string): Promise<readonly string[]> {
  const trees = await readJournal(workDir);
  const caches = [...new Set(trees.map(({ cache }) => cache))].filter((cache) => existsSync(cache));
  const lost = caches.map((cache) =>
    withFileLock(join(cache, "lock"), undefined, () =>
      returnTo(
        cache,
        workDir,
        trees.filter((tree) => tree.cache === cache),
      ),
    ),
  );
  return (await Promise.all(lost)).flat();
}

/**
 * Reads the journal. After a kill, the last line may be incomplete: its directory was not moved
 * yet.
 */
async function readJournal(workDir: string): Promise<readonly MovedTree[]> {
  const text = await readFile(join(workDir, journalFile), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return [v.parse(movedTree, JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

async function returnTo(cache: string, workDir: string, trees: readonly MovedTree[]): Promise<readonly string[]> {
  const { layers } = await readCacheIndex(cache);
  const expected = new Map(Object.values(layers).map(({ dir, fingerprint }) => [dir, fingerprint]));
  // A later commit has replaced trees that the index does not name.
  const missing = trees.filter(({ name }) => expected.has(name) && !existsSync(treeIn(cache, name)));
  const lost: string[] = [];
  for (const { name, path } of missing)
    if (!(await returnTree(join(workDir, path), treeIn(cache, name), expected.get(name)))) lost.push(path);
  return lost;
}

async function returnTree(from: string, to: string, fingerprint: string | undefined): Promise<boolean> {
  try {
    // A buildpack may have put a link in the place of its directory: nothing is moved through it.
    const survey = await surveyTree(from);
    if (!lstatSync(dirname(from)).isDirectory() || survey?.fingerprint !== fingerprint) return false;
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}
