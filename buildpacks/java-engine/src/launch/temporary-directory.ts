import { mkdtempSync } from "node:fs";
import { join } from "node:path";

/**
 * Returns a function that creates a temporary directory when it is first called, in the first of
 * these directories that can be written. The function returns undefined if none can be written, as
 * in a read-only container.
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
