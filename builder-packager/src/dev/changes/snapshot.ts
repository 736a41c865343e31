/**
 * The state of a directory tree. For each path relative to the root, the state contains a text that
 * changes whenever the file changes. The text of a file contains its size, time, inode and mode.
 */
export type Snapshot = ReadonlyMap<string, string>;

/**
 * Lists the paths that differ between two snapshots, sorted. A file that an editor creates and
 * removes again between the snapshots is in neither, so it is not reported. The directory of a
 * changed file is only listed if the directory itself was added or removed.
 *
 * @example `changedPaths(new Map([["a", "1"]]), new Map([["a", "2"], ["b", "1"]])) // ["a", "b"]`
 */
export function changedPaths(before: Snapshot, after: Snapshot): readonly string[] {
  const changed = [...after].filter(([path, state]) => before.get(path) !== state).map(([path]) => path);
  const removed = [...before.keys()].filter((path) => !after.has(path));
  return [...changed, ...removed].sort();
}
