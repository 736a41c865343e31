import { type Dirent, lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join, relative } from "node:path";
import { exists } from "../../files/exists.ts";
import { readForeignFile } from "../../files/foreign-file.ts";
import { turns } from "../../turns.ts";
import { ancestorsOf, type IgnoreRules, isAlwaysIgnored, noRules } from "./ignore-rules.ts";
import type { Snapshot } from "./snapshot.ts";

/** A directory tree that is watched. */
export interface WatchedTree {
  /** The absolute path of the directory. */
  readonly dir: string;
  /** Absolute paths of directories that are not part of the tree: outputs, and other watched trees. */
  readonly except: readonly string[];
}

/** The largest `.gitignore` that is read. A larger one is ignored. */
const maxRuleBytes = 1024 * 1024;

/**
 * Reads the state of a tree. Ignored files and directories are left out, and links are not
 * followed. `onDirectory` is called for each directory before its entries are read. If the caller
 * then starts to watch the directory, no change is missed.
 */
export async function scanTree(
  { dir, except }: WatchedTree,
  onDirectory: (path: string, stats: Stats) => void = () => {},
): Promise<Snapshot> {
  const snapshot = new Map<string, string>();
  const turn = turns();
  await visit(dir, await outerRules(dir));
  return snapshot;

  async function visit(path: string, outer: IgnoreRules): Promise<void> {
    await turn();
    const stats = statsOf(path);
    if (!stats?.isDirectory()) return;
    if (path !== dir) snapshot.set(relative(dir, path), "directory");
    onDirectory(path, stats);
    const entries = entriesOf(path);
    const rules = await rulesIn(path, entries, outer);
    for (const entry of entries) {
      const child = join(path, entry.name);
      if (isLeftOut(child, entry, rules)) continue;
      if (entry.isDirectory()) await visit(child, rules);
      else addFile(child);
    }
  }

  function addFile(path: string): void {
    const state = stateOf(path);
    if (state !== undefined) snapshot.set(relative(dir, path), state);
  }

  function isLeftOut(path: string, entry: Dirent, rules: IgnoreRules): boolean {
    if (isAlwaysIgnored(entry.name) || except.includes(path)) return true;
    return rules.ignores(path, entry.isDirectory() ? "directory" : "file");
  }
}

/**
 * The rules of `.gitignore` files above the tree, up to the root of the repository. If these rules
 * ignore the tree itself, they do not apply: the user chose the tree.
 */
async function outerRules(dir: string): Promise<IgnoreRules> {
  const above = ancestorsOf(dir);
  let repository = -1;
  for (const [index, each] of [...above, dir].entries()) if (await exists(join(each, ".git"))) repository = index;
  if (repository < 0) return noRules;
  let rules = noRules;
  for (const each of above.slice(repository)) rules = await rulesIn(each, entriesOf(each), rules);
  return [...above.slice(repository + 1), dir].some((each) => rules.ignores(each, "directory")) ? noRules : rules;
}

async function rulesIn(dir: string, entries: readonly Dirent[], outer: IgnoreRules): Promise<IgnoreRules> {
  if (!entries.some((entry) => entry.name === ".gitignore" && entry.isFile())) return outer;
  const text = await readForeignFile(join(dir, ".gitignore"), maxRuleBytes).catch(() => undefined);
  return text === undefined ? outer : outer.with(dir, text.toString());
}

/** The entries of a directory; none if it is gone or cannot be read. */
function entriesOf(dir: string): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return [];
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // a directory above has been replaced or closed
  }
}

/** The state of a file or link; undefined if it is gone or something else, such as a socket. */
function stateOf(path: string): string | undefined {
  const stats = statsOf(path);
  if (stats?.isSymbolicLink()) return linkState(path);
  if (!stats?.isFile()) return undefined;
  return `${stats.size} ${stats.mtimeMs} ${stats.ino} ${stats.mode}`;
}

function linkState(path: string): string | undefined {
  try {
    return `link to ${readlinkSync(path)}`;
  } catch {
    return undefined;
  }
}
