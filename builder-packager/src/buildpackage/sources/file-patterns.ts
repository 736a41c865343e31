import { type Glob, goGlob } from "../../platform/formats/glob.ts";

/** A line of a file list, which includes or excludes matching files. */
export interface FilePattern {
  readonly leavesOut: boolean;
  /**
   * The directory that contains all matches; `""` if there is no such directory. For a pattern
   * without wildcards, the pattern itself.
   */
  readonly base: string;
  matches(path: string): boolean;
}

/**
 * Parses a file pattern. A pattern can contain `*`, `?` and `[a-z]` within a name, `**` for any
 * number of directories, `\` before a literal character, and a leading `!` for exclusion. A pattern
 * that matches a directory matches all its content.
 *
 * @throws Error when the pattern is malformed
 * @example `filePattern("data/**\/*.json").matches("data/a/b.json") // true`
 */
export function filePattern(text: string): FilePattern {
  const leavesOut = text.startsWith("!");
  const names = normalized(leavesOut ? text.slice(1) : text).split("/");
  const literal = names.findIndex((name) => /[*?[\\]/.test(name));
  const tests = names.map(nameTest);
  return {
    leavesOut,
    base: (literal < 0 ? names : names.slice(0, literal)).join("/"),
    matches: (path) => matches(tests, path.split("/")),
  };
}

type NameTest = "**" | Glob;

const nameTest = (name: string): NameTest => (name === "**" ? "**" : goGlob(name));

/**
 * True if the names start with a match: everything below a match is included. `**` needs a
 * following name. All alternatives are followed together, so that the time is at most the product
 * of both lengths.
 */
function matches(tests: readonly NameTest[], names: readonly string[]): boolean {
  let at = new Set([0]);
  for (const name of names) {
    const passed = [...at].flatMap((index) => withoutFolders(tests, index));
    if (passed.includes(tests.length)) return true;
    at = new Set(passed.flatMap((index) => afterName(tests[index], index, name)));
  }
  return at.has(tests.length);
}

/** The tests that may come next, because `**` can match no directory. Two `**` are never adjacent. */
const withoutFolders = (tests: readonly NameTest[], index: number): readonly number[] =>
  tests[index] === "**" ? [index, index + 1] : [index];

function afterName(test: NameTest | undefined, index: number, name: string): readonly number[] {
  if (test === "**") return [index];
  return test?.test(name) ? [index + 1] : [];
}

/** Removes `./`, doubled and trailing slashes. `..` is refused. */
const normalized = (path: string): string =>
  path
    .split("/")
    .filter((name) => name !== "" && name !== ".")
    .filter((name, index, names) => name !== "**" || names[index - 1] !== "**")
    .join("/");
