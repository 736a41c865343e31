import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Package } from "../sbom/package.ts";

/** What is kept of a build besides what it built. */
export interface Notes {
  /** What was taken, relative to the app. */
  readonly artifact: string;
  /** `undefined` where the tool did not tell of what it built. */
  readonly packages?: readonly Package[];
  /** Libraries that may be others in the next build although nothing says so: snapshots. */
  readonly changing: readonly string[];
}

const fileIn = (dir: string): string => join(dir, "notes.json");

/** Where what was built is laid out, in the layer. */
export const contentsIn = (dir: string): string => join(dir, "app");

export const writeNotes = (dir: string, notes: Notes): Promise<void> =>
  writeFile(fileIn(dir), `${JSON.stringify(notes)}\n`, { mode: 0o644 });

/** The notes of the build that made a layer; `undefined` where they cannot be read: what a platform keeps may have been cut off. */
export function readNotes(dir: string): Notes | undefined {
  try {
    const notes = JSON.parse(readFileSync(fileIn(dir), "utf8")) as Notes;
    return Array.isArray(notes.changing) ? notes : undefined;
  } catch {
    return undefined;
  }
}
