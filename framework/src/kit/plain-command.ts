/**
 * A command that needs no shell: its words, and the environment variables that are set only for
 * this command.
 */
export interface PlainCommand {
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly [string, ...string[]];
}

/** Letters that mean themselves to every shell, text in single quotes, and text in double ones without substitutions. */
const wordPattern = /(?:[\w@%+=:,./^-]|[^\p{ASCII}]|'[^']*'|"[^"\\$`]*")+/uy;
const assignmentPattern = /^([A-Za-z_]\w*)=(.*)$/s;

/**
 * Keywords and builtins of the shell. A command that starts with one of them needs a shell, because
 * an executable of the same name behaves differently or does not exist.
 */
export const shellWords: ReadonlySet<string> = new Set(
  ". : break cd command continue eval exit export read return set shift source trap umask unset wait if for while until case echo printf test true false kill".split(
    " ",
  ),
);

/**
 * Parses a command line as a POSIX shell does, if it is simple enough to run without a shell. Such
 * a line consists of quoted and unquoted words, after optional assignments, also those of `env` and
 * `cross-env`. Returns `undefined` for any other line.
 *
 * @example
 * `plainCommand("PORT=80 node 'my server.js'") // { env: { PORT: "80" }, words: ["node", "my server.js"] }`
 */
export function plainCommand(line: string): PlainCommand | undefined {
  const words = rawWords(line.trim());
  if (words === undefined) return undefined;
  const { env, rest } = afterAssignments(words);
  const [first, ...others] = rest.map(unquoted);
  if (first === undefined || first === "" || shellWords.has(first)) return undefined;
  return { env, words: [first, ...others] };
}

/** The words with their quotes; `undefined` if there is more than words and blanks. */
function rawWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  for (let at = 0; at < line.length; at += /^[ \t]*/.exec(line.slice(at))?.[0].length ?? 0) {
    wordPattern.lastIndex = at;
    const [word] = wordPattern.exec(line) ?? [];
    const next = line[at + (word?.length ?? 0)];
    if (word === undefined || (next !== undefined && next !== " " && next !== "\t")) return undefined;
    words.push(word);
    at += word.length;
  }
  return words;
}

/** `exec`, `env` and `cross-env` only start the program that follows them. */
function afterAssignments(words: readonly string[]): {
  readonly env: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
} {
  const env: Record<string, string> = {};
  let first = 0;
  for (const word of words) {
    const [, name, value = ""] = assignmentPattern.exec(word) ?? [];
    if (name !== undefined) env[name] = unquoted(value);
    else if (!["exec", "env", "cross-env"].includes(word)) break;
    first += 1;
  }
  return { env, rest: words.slice(first) };
}

const unquoted = (word: string): string =>
  word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double);
