import { mkdtempSync } from "node:fs";
import { join } from "node:path";

/**
 * Returns a function that creates a temporary directory on its first call, in the first of the
 * given directories that is writable. The function returns undefined if none is writable, as in a
 * read-only container.
 */
export function temporaryDirectory(parents: readonly string[]): () => string | undefined {
  let isTried = false;
  let dir: string | undefined;
  return () => {
    if (!isTried) dir = createdIn(parents);
    isTried = true;
    return dir;
  };
}

function createdIn(parents: readonly string[]): string | undefined {
  for (const parent of parents) {
    try {
      return mkdtempSync(join(parent, "java-"));
    } catch {} // read-only, full or missing: the next one
  }
  return undefined;
}
