import { goGlob } from "../platform/glob.ts";

/** A line of a list of files: what it takes along, or leaves out again. */
export interface FilePattern {
  readonly leavesOut: boolean;
  /** The folder below which all that matches lies; `""`: anywhere. A pattern without wildcards is its own. */
  readonly base: string;
  matches(path: string): boolean;
}

/**
 * Reads a pattern: `*`, `?` and `[a-z]` within a name, `**` for any number of folders, `\` before what is to be taken as it is, `!` in front
 * for what is left out again. A folder stands for all that is in it.
 *
 * @throws Error when it is malformed
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

type NameTest = "**" | RegExp;

const nameTest = (name: string): NameTest => (name === "**" ? "**" : goGlob(name));

/** What is below a match matches. */
function matches([test, ...tests]: readonly NameTest[], names: readonly string[]): boolean {
  if (test === undefined) return true;
  const [name, ...others] = names;
  if (test === "**") return names.some((_, index) => matches(tests, names.slice(index)));
  return name !== undefined && test.test(name) && matches(tests, others);
}

/** Without `./`, doubled slashes and the one at the end. Of `..` nothing is left to resolve: it is refused. */
const normalized = (path: string): string =>
  path
    .split("/")
    .filter((name) => name !== "" && name !== ".")
    .join("/");
