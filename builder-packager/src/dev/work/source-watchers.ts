import { type TreeWatcher, watchTree } from "../changes/watch-tree.ts";
import type { Source, SourceChange } from "../loop/concerns.ts";
import { nestedIn } from "./sources.ts";

/** The options of {@link sourceWatchers}. */
export interface SourceWatcherOptions {
  readonly onChange: (change: SourceChange, sinceMs: number) => void;
  /** Called once if a directory cannot be watched, and is read every second instead. */
  readonly onPolling: (source: Source, reason: NodeJS.ErrnoException) => void;
  /** True to read all directories every second. */
  readonly polls: boolean;
  /** Absolute paths whose changes do not count, such as the builder's directory. */
  readonly except: readonly string[];
}

/** Watchers of the directories that a build depends on. */
export interface SourceWatchers {
  /** Watches these directories, and no others. */
  watch(sources: readonly Source[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Watches the directories that a build depends on. A change is reported for the innermost watched
 * directory that contains it.
 */
export function sourceWatchers(options: SourceWatcherOptions): SourceWatchers {
  const watchers = new Map<string, TreeWatcher>();

  async function watch(sources: readonly Source[]): Promise<void> {
    const wanted = new Map(sources.map((source) => [keyOf(source, sources), source]));
    for (const [key, watcher] of watchers) {
      if (wanted.has(key)) continue;
      watchers.delete(key);
      await watcher.close();
    }
    for (const [key, source] of wanted) if (!watchers.has(key)) watchers.set(key, await opened(source, sources));
  }

  const opened = (source: Source, sources: readonly Source[]): Promise<TreeWatcher> =>
    watchTree(
      { dir: source.dir, except: [...options.except, ...nestedIn(source, sources)] },
      {
        onChanges: ({ paths, sinceMs }) => options.onChange({ source, paths }, sinceMs),
        onPolling: (reason) => options.onPolling(source, reason),
        polls: options.polls,
      },
    );

  return {
    watch,
    async close() {
      await Promise.all([...watchers.values()].map((watcher) => watcher.close()));
      watchers.clear();
    },
  };
}

const keyOf = (source: Source, sources: readonly Source[]): string =>
  JSON.stringify([source, nestedIn(source, sources)]);
