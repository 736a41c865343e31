import { lstat } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Issue, Table } from "libcnb/spec";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { invalidConfig } from "../config/problems.ts";

/** Packages for offline use carry their downloads there: `dependencies/<digest>/<file>`. */
const carried = "dependencies";

/**
 * What goes into the package of a TypeScript buildpack or extension besides its program: `dependencies/`, if it is there,
 * and the files and folders that `include-files` in `[metadata]` names, as for Paketo's tools. Paths with `/`, relative to the folder.
 *
 * @throws CnbError BUILDPACK_INVALID with all names that cannot be included
 */
export async function includedFiles(
  dir: string,
  { kind, metadata, text }: { readonly kind: ModuleKind; readonly metadata: Table; readonly text: Uint8Array },
): Promise<string[]> {
  const { "include-files": named = [] } = metadata;
  const paths: unknown[] = Array.isArray(named) ? named : [];
  const issues = Array.isArray(named)
    ? (await Promise.all(paths.map((path, index) => issuesOf(dir, path, index)))).flat()
    : [{ path: "metadata.include-files", message: "expected a list of paths" }];
  if (issues.length > 0) {
    const file = join(dir, `${kind}.toml`);
    throw invalidConfig("BUILDPACK_INVALID", {
      ...{ file, source: text, issues },
      hint: `Name files and folders below ${dir}; a folder goes with all that is in it.`,
    });
  }
  const included = paths.map((path) => normalized(String(path))).filter((path) => !isMade(path));
  return [...((await isThere(join(dir, carried))) ? [carried] : []), ...included];
}

async function issuesOf(dir: string, path: unknown, index: number): Promise<Issue[]> {
  const place = `metadata.include-files[${index}]`;
  if (typeof path !== "string") return [{ path: place, message: "expected a path" }];
  const plain = normalized(path);
  if (posix.isAbsolute(plain) || [".", ".."].includes(plain) || plain.startsWith("../"))
    return [{ path: place, message: `${JSON.stringify(path)} is no path below the folder` }];
  if (isMade(plain) || (await isThere(join(dir, plain)))) return [];
  return [{ path: place, message: `there is no ${JSON.stringify(path)}` }];
}

const normalized = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, "");

/** Paketo's lists name these, too; packaging makes them. */
const isMade = (path: string): boolean =>
  /^((buildpack|extension)\.toml|bin\/(build|detect|generate|main))$/.test(path);

const isThere = (file: string): Promise<boolean> =>
  lstat(file).then(
    () => true,
    () => false,
  );
