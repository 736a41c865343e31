/**
 * Returns the names from the root to a member, normalized as by Go's `path.Clean`: `.` is removed
 * and `..` is resolved. A `..` that leads out of the root is dropped from absolute paths and kept
 * in relative paths.
 *
 * @example `memberNames("./usr/lib/../bin/") // ["usr", "bin"]`
 */
export function memberNames(path: string): readonly string[] {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") names.push(name);
    else if (names.length > 0 && names.at(-1) !== "..") names.pop();
    else if (!path.startsWith("/")) names.push(name);
  }
  return names;
}
