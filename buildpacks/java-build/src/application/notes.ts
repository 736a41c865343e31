import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Package } from "../sbom/package.ts";

/** The cached facts about a build, in addition to its artifact. */
export interface Notes {
  /** The path of the chosen artifact, relative to the app. */
  readonly artifact: string;
  /** The packages; `undefined` if the tool did not report any. */
  readonly packages?: readonly Package[];
  /** Libraries that may change although the source is unchanged: snapshots. */
  readonly changing: readonly string[];
}

const fileIn = (dir: string): string => join(dir, "notes.json");

/** The directory in the layer that contains the artifact as laid out for the image. */
export const contentsIn = (dir: string): string => join(dir, "app");

export const writeNotes = (dir: string, notes: Notes): Promise<void> =>
  writeFile(fileIn(dir), `${JSON.stringify(notes)}\n`, { mode: 0o644 });

/**
 * Reads the facts about a build from a layer; `undefined` if they are unreadable, because a
 * platform's cache may be truncated.
 */
export function readNotes(dir: string): Notes | undefined {
  try {
    const notes = JSON.parse(readFileSync(fileIn(dir), "utf8")) as Notes;
    return Array.isArray(notes.changing) ? notes : undefined;
  } catch {
    return undefined;
  }
}
