import { copyFileSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import type { Settings } from "../config.ts";

/** Patterns of the source files that remain in the image. */
export interface IncludedFiles {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * Parses the colon-separated patterns in `BP_INCLUDE_FILES` and `BP_EXCLUDE_FILES`, as Paketo's
 * buildpacks do.
 */
export const includedFiles = (settings: Settings): IncludedFiles => ({
  include: patternsIn(settings.BP_INCLUDE_FILES),
  exclude: patternsIn(settings.BP_EXCLUDE_FILES),
});

const patternsIn = (text = ""): readonly string[] =>
  text.split(":").flatMap(
    (each) =>
      each
        .trim()
        .replace(/^\.?\//, "")
        .replace(/(?<!\/)\/+$/, "") || [],
  );

/**
 * Replaces the app's source by the artifact. The artifact is written to the app's root directory,
 * even if the project is in a subdirectory. Files that match `BP_INCLUDE_FILES`, and the Procfile,
 * are kept.
 *
 * @param dir the project's directory
 * @param from the directory with the artifact's layout
 * @returns the number of source files that are kept
 */
export function replaceSource(appDir: string, dir: string, from: string, included: IncludedFiles): number {
  const procfile = join(appDir, dir, "Procfile");
  if (dir !== "" && existsSync(procfile)) copyFileSync(procfile, join(appDir, "Procfile"));
  const kept = removeOthers(appDir, "", { ...included, include: ["Procfile", ...included.include] });
  cpSync(from, appDir, { recursive: true, verbatimSymlinks: true });
  return kept;
}

/** Removes all that is not included, and counts what is. */
function removeOthers(root: string, dir: string, included: IncludedFiles): number {
  let kept = 0;
  for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
    const path = dir === "" ? entry.name : `${dir}/${entry.name}`;
    if (entry.isDirectory()) {
      const inside = included.include.length === 0 ? 0 : removeOthers(root, path, included);
      if (inside === 0) rmSync(join(root, path), { recursive: true, force: true });
      kept += inside;
    } else if (isKept(path, included)) kept += 1;
    else rmSync(join(root, path), { force: true });
  }
  return kept;
}

const isKept = (path: string, { include, exclude }: IncludedFiles): boolean =>
  include.some((pattern) => isMatch(path, pattern)) && !exclude.some((pattern) => isMatch(path, pattern));

/** A pattern that names a directory means all that is in it. */
const isMatch = (path: string, pattern: string): boolean =>
  path.split("/").some((_, index, parts) => matchesGlob(parts.slice(0, index + 1).join("/"), pattern));
