import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { bindingType } from "../names.ts";

/** The maximal number of files to read. */
const mostFiles = 1000;

/**
 * Returns the paths of the files in all bindings of the type `ca-certificates`, sorted by name.
 * Bindings in the deprecated layout (`metadata/kind` and `secret`) are included.
 */
export function boundFiles(bindings: string): readonly string[] {
  const folders = visibleIn(bindings).flatMap((binding) => {
    if (isOfType(join(binding, "type"))) return [binding];
    return isOfType(join(binding, "metadata/kind")) ? [join(binding, "secret")] : [];
  });
  const entries = folders.flatMap((folder) => [...visibleIn(folder), ...hiddenIn(folder)]).slice(0, mostFiles);
  return entries.filter((path) => !["type", "provider"].includes(basename(path)));
}

const visibleIn = (dir: string): readonly string[] => pathsIn(dir, /^[^.]/);

/** Directories that Kubernetes swaps behind links have names with two dots. */
const hiddenIn = (dir: string): readonly string[] => pathsIn(dir, /^\.[^.]/);

/**
 * Returns the sorted paths of a directory's entries whose names match; empty if the directory does
 * not exist or cannot be read.
 */
export function pathsIn(dir: string, names: RegExp): readonly string[] {
  try {
    const found = readdirSync(dir).filter((name) => names.test(name));
    return found.sort().map((name) => join(dir, name));
  } catch {
    return [];
  }
}

const isOfType = (file: string): boolean =>
  beginningOf(file)?.toString("latin1").replaceAll(/\s/g, "").toLowerCase() === bindingType;

const longestType = 100;

function beginningOf(path: string): Buffer | undefined {
  if (!isFile(path)) return undefined;
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const bytes = Buffer.alloc(longestType);
    return bytes.subarray(0, readSync(file, bytes, 0, longestType, null));
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * Returns the contents of a file; undefined if the path cannot be read. For anything other than a
 * regular file, the contents are empty, because reading a pipe could wait forever.
 */
export function contentsOf(path: string): Buffer | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path) : Buffer.alloc(0);
  } catch {
    return undefined;
  }
}

/** Returns the size of a file; undefined if the path is not a regular file. */
export function sizeOf(path: string): number | undefined {
  try {
    const found = statSync(path);
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}

const isFile = (path: string): boolean => sizeOf(path) !== undefined;
