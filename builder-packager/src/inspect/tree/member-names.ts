/**
 * The names on the way from the root to a member, as Go's `path.Clean` leaves them: without `.`, without what `..` takes
 * back; a `..` that leads out of the root is dropped from absolute paths and stays in relative ones.
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
