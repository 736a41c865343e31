import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Artifact } from "../build-tool.ts";

/** The files and directories below `root` that match blank-separated patterns, each once. */
export const namedFiles = (root: string, patterns: string): readonly string[] =>
  [
    ...new Set(
      patterns
        .split(/\s+/)
        .filter(Boolean)
        .flatMap((pattern) => globSync(pattern, { cwd: root }).toSorted()),
    ),
  ].filter((path) => !/^(?:\/|\.\.(?:\/|$))/.test(path));

/** The kind of a file, by its name. */
export function kindOf(path: string): Artifact["kind"] {
  if (statSync(path).isDirectory()) return "folder";
  return /\.(?:zip|tar|tar\.gz|tgz|tar\.bz2)$/.test(path) ? "distribution" : "archive";
}

/** @param dir the project's folder */
export const namedArtifacts = (appDir: string, dir: string, patterns: string): readonly Artifact[] =>
  namedFiles(join(appDir, dir), patterns).map((name) => ({
    path: join(dir, name),
    kind: kindOf(join(appDir, dir, name)),
    module: "",
  }));
