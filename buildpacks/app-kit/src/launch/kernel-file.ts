import { closeSync, constants, existsSync, openSync, readdirSync, readSync } from "node:fs";

/**
 * Returns the beginning of a file as text; undefined if the file cannot be read. A container may
 * have a pipe or a huge file at a path in /proc or /sys. Therefore the function never waits for a
 * pipe, and never reads more than `maxBytes`.
 */
export function textAt(path: string, maxBytes = 4096): string | undefined {
  const bytes = bytesAt(path, maxBytes);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes).trim();
}

/**
 * Returns the beginning of a file; undefined if the file cannot be read. The function never waits
 * for a pipe.
 */
export function bytesAt(path: string, maxBytes: number): Uint8Array | undefined {
  if (!existsSync(path)) return undefined; // an error takes a third of a millisecond to create
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = new Uint8Array(maxBytes); // the engine loads Buffer when it is first used, which takes 2 ms
    return buffer.subarray(0, readSync(file, buffer, 0, maxBytes, null));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const most = 1000;

/**
 * Returns the first 1,000 names in a directory, sorted. Returns an empty list if the directory
 * cannot be read. Names that start with `..` are omitted: in a mounted ConfigMap or Secret, they
 * are internal directories of Kubernetes, to which the other names link.
 */
export function namesIn(dir: string): readonly string[] {
  if (!existsSync(dir)) return [];
  try {
    const names = readdirSync(dir).filter((name) => !name.startsWith(".."));
    return names.sort().slice(0, most);
  } catch {
    return [];
  }
}
