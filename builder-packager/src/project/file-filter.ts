import ignore from "ignore";
import { CnbError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { FileFilter } from "../platform/build-options.ts";

/**
 * Creates a filter for the app's files from `include` or `exclude` of a project.toml. Patterns
 * follow the rules of .gitignore: `exclude` lists files to omit, `include` lists files to copy.
 * Patterns are case-sensitive, as in pack.
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
    // A directory is looked into, as something in it may be wanted.
    isExcluded: (path, kind) => kind === "file" && !isIncluded(path, kind),
    keepsEmpty: (path) => isIncluded(path, "directory"),
  };
}

function matcher(patterns: readonly string[]): (path: string, kind: "file" | "directory") => boolean {
  const rules = ignore({ ignoreCase: false }).add(patterns);
  let comparisons = 0;
  return (path, kind) => {
    comparisons += patterns.length;
    if (comparisons > limits.projectComparisons.most) throw tooMany(patterns.length);
    return rules.ignores(kind === "directory" ? `${path}/` : path);
  };
}

const tooMany = (patterns: number): CnbError =>
  new CnbError(
    "PROJECT_INVALID",
    `project.toml has ${patterns} patterns in include or exclude: comparing them with the files of the app needs more than ${limits.projectComparisons.most} comparisons`,
    { hint: "Use fewer patterns, such as the names of directories." },
  );
