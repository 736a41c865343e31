import { type FSWatcher, type Stats, watch } from "node:fs";
import { basename } from "node:path";

/** Watchers of directories, one for each directory of a tree. */
export interface DirectoryWatchers {
  /** Watches a directory. Has no effect if the same directory is already watched. */
  add(dir: string, stats: Stats): void;
  /** Closes the watchers of all directories that `add` has not named since the last call. */
  removeOthers(): void;
  close(): void;
}

/** The callbacks for the events of watchers. */
export interface WatcherEvents {
  /** Called when an entry of a directory was created, modified, renamed or removed. */
  readonly onEvent: () => void;
  /** Called if a directory cannot be watched, for example because the limit of inotify is reached. */
  readonly onRefusal: (error: NodeJS.ErrnoException) => void;
}

interface Watcher {
  readonly identity: string;
  readonly watcher: FSWatcher;
}

/**
 * Watches directories with one inotify watch for each directory. Node.js's own recursive watching
 * uses one watch for each file and cannot ignore `node_modules`, so it soon reaches the system's
 * limit of inotify watches.
 *
 * @param open the function that watches a directory; tests replace it
 */
export function directoryWatchers({ onEvent, onRefusal }: WatcherEvents, open = watch): DirectoryWatchers {
  const watchers = new Map<string, Watcher>();
  const named = new Set<string>();

  function add(dir: string, stats: Stats): void {
    named.add(dir);
    const identity = identityOf(stats);
    if (watchers.get(dir)?.identity === identity) return;
    remove(dir);
    try {
      watchers.set(dir, { identity, watcher: opened(dir) });
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (!isExpected.has(code)) onRefusal(error as NodeJS.ErrnoException);
    }
  }

  function opened(dir: string): FSWatcher {
    const watcher = open(dir, (event, name) => {
      // A removed directory reports its own name. Another one may have its path by now.
      if (event === "rename" && name === basename(dir)) remove(dir);
      onEvent();
    });
    return watcher.on("error", () => {
      remove(dir);
      onEvent();
    });
  }

  function remove(dir: string): void {
    watchers.get(dir)?.watcher.close();
    watchers.delete(dir);
  }

  return {
    add,
    removeOthers() {
      for (const dir of [...watchers.keys()].filter((each) => !named.has(each))) remove(dir);
      named.clear();
    },
    close() {
      for (const dir of [...watchers.keys()]) remove(dir);
    },
  };
}

/** The errors for a directory that has just gone, or that the user may not read. */
const isExpected: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EACCES", "EPERM"]);

/** Distinguishes a directory from an earlier one at the same path, even if it has the same inode. */
const identityOf = ({ dev, ino, birthtimeMs }: Stats): string => `${dev}:${ino}:${birthtimeMs}`;
