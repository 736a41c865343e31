import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedLayer, s, temporaryLayer } from "libcnb";
import type { Package } from "../sbom/package.ts";

/** The inputs of a build. The log shows the names to users. */
const applicationKey = s.table({
  /** The version of this buildpack's own processing of an artifact. */
  format: s.integer,
  /** Name and version of the tool: `Maven 3.9.11`. */
  tool: s.string,
  /** Exact version. */
  jdk: s.string,
  /** Operating system and architecture: what is native comes along with some libraries. */
  target: s.string,
  inputs: s.anyTable,
});

/** The layer with the artifact of the last build. A build without changes reuses it. */
export const applicationLayer = cachedLayer("application", { metadata: applicationKey });

/**
 * The layer that requests an SBOM of the app from later buildpacks (`BPI_JVM_APPLICATION_SBOM`).
 */
export const sbomRequestLayer = temporaryLayer("sbom-request", { build: true });

/** The layer with a build tool's downloads. This layer is never in the image. */
export const cacheLayer = cachedLayer("cache", { metadata: s.table({ tool: s.string }) });

/** The cached facts about a build, in addition to its artifact. */
interface Notes {
  /** The path of the chosen artifact, relative to the app. */
  readonly artifact: string;
  /** The packages; `undefined` if the tool did not report any. */
  readonly packages?: readonly Package[];
  /** Libraries that may change although the source is unchanged: snapshots. */
  readonly changing: readonly string[];
}

const fileIn = (dir: string): string => join(dir, "notes.json");

/**
 * Returns the directory in the layer that contains the artifact in the layout that it has in the
 * image.
 */
export const contentsIn = (dir: string): string => join(dir, "app");

export const writeNotes = (dir: string, notes: Notes): Promise<void> =>
  writeFile(fileIn(dir), `${JSON.stringify(notes)}\n`, { mode: 0o644 });

/**
 * Reads the facts about the last build from a layer. Returns `undefined` if the facts are
 * unreadable, because a platform's cache may be truncated.
 */
export function readNotes(dir: string): Notes | undefined {
  try {
    const notes = JSON.parse(readFileSync(fileIn(dir), "utf8")) as Notes;
    return Array.isArray(notes.changing) ? notes : undefined;
  } catch {
    return undefined;
  }
}
