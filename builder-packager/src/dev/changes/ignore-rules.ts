import { dirname, join, relative } from "node:path";
import ignore, { type Ignore } from "ignore";

/** The type of a directory entry. Patterns such as `dist/` only match directories. */
export type EntryKind = "file" | "directory";

/** The rules of several `.gitignore` files, each for the directory that contains it. */
export interface IgnoreRules {
  /** True if a file or directory is ignored. The path is absolute. */
  ignores(path: string, kind: EntryKind): boolean;
  /** Adds the rules of another `.gitignore`. `dir` is the directory that contains it. */
  with(dir: string, patterns: string): IgnoreRules;
}

/**
 * Directories that never trigger a build: repositories of version control systems, and installed
 * packages, which tools change in thousands of files.
 */
const alwaysIgnored: ReadonlySet<string> = new Set([".git", ".hg", ".svn", "node_modules"]);

/** True for a directory that is never watched, such as `node_modules`. */
export const isAlwaysIgnored = (name: string): boolean => alwaysIgnored.has(name);

/** An empty set of rules, for a tree without a `.gitignore`. */
export const noRules: IgnoreRules = rulesOf([]);

interface RuleFile {
  readonly dir: string;
  readonly rules: Ignore;
}

/** As in Git, the file that is closest to the path takes precedence. */
function rulesOf(files: readonly RuleFile[]): IgnoreRules {
  return {
    ignores(path, kind) {
      for (const { dir, rules } of files.filter((each) => path.startsWith(join(each.dir, "/")))) {
        const { ignored, unignored } = rules.test(`${relative(dir, path)}${kind === "directory" ? "/" : ""}`);
        if (ignored || unignored) return ignored;
      }
      return false;
    },
    with: (dir, patterns) => rulesOf([{ dir, rules: ignore({ ignoreCase: false }).add(patterns) }, ...files]),
  };
}

/** Lists the directories above `dir`, outermost first. */
export function ancestorsOf(dir: string): readonly string[] {
  const parent = dirname(dir);
  return parent === dir ? [] : [...ancestorsOf(parent), parent];
}
