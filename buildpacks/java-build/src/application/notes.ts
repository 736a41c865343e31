import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Package } from "../sbom/package.ts";

/** The cached facts about a build besides its artifact. */
export interface Notes {
  /** The chosen artifact, relative to the app. */
  readonly artifact: string;
  /** `undefined` if the tool did not report packages. */
  readonly packages?: readonly Package[];
  /** Libraries that may change without a visible reason: snapshots. */
  readonly changing: readonly string[];
}

const fileIn = (dir: string): string => join(dir, "notes.json");

/** The layer's directory with the artifact's layout. */
export const contentsIn = (dir: string): string => join(dir, "app");

export const writeNotes = (dir: string, notes: Notes): Promise<void> =>
  writeFile(fileIn(dir), `${JSON.stringify(notes)}\n`, { mode: 0o644 });

/** Reads a layer's build notes; `undefined` if unreadable, because a platform's cache may be truncated. */
export function readNotes(dir: string): Notes | undefined {
  try {
    const notes = JSON.parse(readFileSync(fileIn(dir), "utf8")) as Notes;
    return Array.isArray(notes.changing) ? notes : undefined;
  } catch {
    return undefined;
  }
}
