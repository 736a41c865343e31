import ignore from "ignore";
import type { FileFilter } from "../platform/build-options.ts";

/**
 * What `include` or `exclude` of a project.toml leave of the app, by the rules of .gitignore: `exclude` says what is left out,
 * `include` by the same rules what is taken. Letters of both cases differ, as for pack.
 */
export function fileFilter({
  include,
  exclude,
}: {
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
}): FileFilter {
  if (exclude && exclude.length > 0) return { isExcluded: matcher(exclude) };
  if (!include || include.length === 0) return {};
  const isIncluded = matcher(include);
  return {
    // A folder is looked into, as something in it may be wanted.
    isExcluded: (path, kind) => kind === "file" && !isIncluded(path, kind),
    keepsEmpty: (path) => isIncluded(path, "directory"),
  };
}

function matcher(patterns: readonly string[]): (path: string, kind: "file" | "directory") => boolean {
  const rules = ignore({ ignoreCase: false }).add(patterns);
  return (path, kind) => rules.ignores(kind === "directory" ? `${path}/` : path);
}
