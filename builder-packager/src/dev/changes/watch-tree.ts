import type { watch } from "node:fs";
import { debounce } from "./debounce.ts";
import { directoryWatchers } from "./directory-watchers.ts";
import { scanTree, type WatchedTree } from "./scan-tree.ts";
import { changedPaths, type Snapshot } from "./snapshot.ts";

/** A burst of changes in a tree. */
export interface TreeChanges {
  /** The changed paths, relative to the tree. */
  readonly paths: readonly string[];
  /** The time of the first event, on the clock of `performance.now()`. */
  readonly sinceMs: number;
}

/** The options of {@link watchTree}. */
export interface WatchOptions {
  readonly onChanges: (changes: TreeChanges) => void;
  /** Called once if directories cannot be watched, so that the tree is read every second instead. */
  readonly onPolling: (reason: NodeJS.ErrnoException) => void;
  /** True to read the tree every second, for file systems that do not report changes. */
  readonly polls?: boolean;
  /** The function that watches a directory; tests replace it. */
  readonly open?: typeof watch;
}

/** A watched tree. */
export interface TreeWatcher {
  /** Stops watching, and resolves when no more changes are reported. */
  close(): Promise<void>;
}

const times = { quietMs: 40, maxMs: 1000 };
const pollMs = 1000;

/**
 * Watches a tree. An event of the operating system only causes the tree to be read again. The
 * reported changes are the differences between two readings. Therefore, the result does not depend
 * on lost events, on the order of renames, or on temporary files of editors.
 */
export async function watchTree(tree: WatchedTree, options: WatchOptions): Promise<TreeWatcher> {
  let polling: NodeJS.Timeout | undefined;
  let isClosed = false;
  let reading: Promise<unknown> = Promise.resolve();
  const burst = debounce(times, (sinceMs) => {
    reading = reading.then(() => read(sinceMs));
  });
  const refuse = (reason: NodeJS.ErrnoException) => {
    if (polling) return;
    poll();
    options.onPolling(reason);
  };
  const watchers = directoryWatchers({ onEvent: burst.trigger, onRefusal: refuse }, options.open);
  if (options.polls) poll();
  let snapshot = await scan();

  function poll(): void {
    watchers.close();
    polling = setInterval(burst.trigger, pollMs);
  }

  async function scan(): Promise<Snapshot> {
    const found = await scanTree(tree, (dir, stats) => {
      if (!polling && !isClosed) watchers.add(dir, stats);
    });
    watchers.removeOthers();
    return found;
  }

  async function read(sinceMs: number): Promise<void> {
    if (isClosed) return;
    const before = snapshot;
    snapshot = await scan();
    const paths = changedPaths(before, snapshot);
    if (paths.length > 0 && !isClosed) options.onChanges({ paths, sinceMs });
  }

  return {
    async close() {
      isClosed = true;
      burst.cancel();
      clearInterval(polling);
      watchers.close();
      await reading;
      watchers.close();
    },
  };
}
