import type { Texts } from "@libcnb/node-app";

/** The start settings of a process, before the paths of the buildpack's own files are known. */
export type Start = StartFacts &
  (
    | { readonly kind: "program"; readonly words: readonly [string, ...string[]] }
    | { readonly kind: "script"; readonly name: string }
    | { readonly kind: "shell"; readonly line: string }
    | { readonly kind: "static"; readonly root: string; readonly fallback: Fallback }
    /** A site that another buildpack serves. */
    | { readonly kind: "elsewhere"; readonly root: string }
  );

interface StartFacts {
  /** The reason, in words for the log. */
  readonly source: string;
  /** The directory that it runs in, relative to the app. */
  readonly dir: string;
  /** Variables of this process. */
  readonly env: Texts;
  /** The framework's output, if it built one. */
  readonly output?: OutputFacts;
}

/**
 * The facts about a framework's output that determine how the output is started. All paths are
 * relative to the project.
 */
export interface OutputFacts {
  /**
   * Directories with everything that the output needs to run; `undefined` if it needs the whole
   * app.
   */
  readonly alone?: readonly string[];
  /** The directories to copy before the output can start: from, to. */
  readonly copies?: readonly (readonly [from: string, to: string])[];
  /** Directories that change less often than the rest of the output. */
  readonly slices?: readonly string[];
}

/**
 * The response of the static server for missing paths: a file with status 200 (`page`), a file with
 * status 404, or none.
 */
export type Fallback = { readonly page: string } | { readonly notFound: string } | undefined;

/**
 * Creates the start settings of a process that runs a file with Node.js. A file name that starts
 * with "-" is not interpreted as an option.
 */
export const nodeStart = (file: string, source: string, dir: string): Start => ({
  kind: "program",
  words: ["node", file.startsWith("-") ? `./${file}` : file],
  source,
  dir,
  env: {},
});

/** Flags of node that take the next word as their value. */
const flagsWithValue = new Set(
  "-r --require --import --loader --experimental-loader --env-file --env-file-if-exists -C --conditions --title".split(
    " ",
  ),
);

/**
 * Returns the file that Node.js runs, if the words of a command show that. Otherwise returns
 * `undefined`.
 */
export function fileOf(words: readonly string[]): string | undefined {
  const [program, ...rest] = words;
  if (program !== "node") return undefined;
  for (let at = 0; at < rest.length; at += flagsWithValue.has(rest[at] ?? "") ? 2 : 1) {
    const word = rest[at] ?? "";
    if (["-e", "--eval", "-p", "--print", "--run", "--test", "-"].includes(word)) return undefined;
    if (!word.startsWith("-")) return word;
  }
  return undefined;
}
