import type { Texts } from "@libcnb/node-app";

/** How a process starts, before it is known where the buildpack's own files are. */
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
  /** Whose idea it is, in words for the log. */
  readonly source: string;
  /** The folder that it runs in, relative to the app. */
  readonly dir: string;
  /** Variables of this process. */
  readonly env: Texts;
  /** What it is if it was built by a framework. */
  readonly output?: OutputFacts;
}

/** What is known of the output of a framework's build. All paths are relative to the project. */
export interface OutputFacts {
  /** Folders that hold all that it needs; `undefined`: it needs the app as it is. */
  readonly alone?: readonly string[];
  /** Folders to copy into place before it can start: from, to. */
  readonly copies?: readonly (readonly [from: string, to: string])[];
  /** Folders of what changes more rarely than the rest. */
  readonly slices?: readonly string[];
}

/** What a static server answers for paths that do not exist: a file with 200 (`page`) or with 404, or nothing of the app's. */
export type Fallback = { readonly page: string } | { readonly notFound: string } | undefined;

/** A process that runs a file with node, which takes what begins with "-" for an option. */
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

/** The file that node is told to run, as far as the command says. */
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
