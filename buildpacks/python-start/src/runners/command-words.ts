/** A word of a command line. */
export interface Word {
  /** The value without quotes. Shell variables are not expanded: `$PORT`. */
  readonly text: string;
  /** The position of the word's first character in the line. */
  readonly start: number;
  readonly end: number;
}

/** Blanks; what ends a command; a word, of letters, quotes, substitutions, and redirections such as `2>&1`. */
const blank = /[ \t]+/y;
const end = /&&|\|\||&(?!>)|[;|()\n]/y;
const word =
  /(?:[^\s'"\\;|&()<>$`]|\$\([^()]*\)|\$\{[^{}]*\}|\$|`[^`]*`|'[^']*'|"(?:\\.|[^"\\])*"|\\.|&?[<>]+[&|]?)+/sy;

/** Words that a command follows. */
const keywords = new Set("if then else elif while until do { ! time".split(" "));

/**
 * Splits a shell line into its commands, and each command into words. A part that cannot be parsed
 * becomes a separate word.
 */
export function commandsIn(line: string): readonly (readonly Word[])[] {
  const commands: Word[][] = [[]];
  for (let at = 0; at < line.length; ) {
    const [length, kind] = next(line, at);
    const last = commands.at(-1) ?? [];
    const raw = line.slice(at, at + length);
    if (kind === "end" || (kind === "word" && last.length === 0 && keywords.has(raw))) commands.push([]);
    else if (kind === "word") last.push({ text: unquoted(raw), start: at, end: at + length });
    at += length;
  }
  return commands.filter((words) => words.length > 0);
}

function next(line: string, at: number): readonly [length: number, kind: "blank" | "end" | "word"] {
  for (const [kind, pattern] of [["blank", blank] as const, ["end", end] as const, ["word", word] as const]) {
    pattern.lastIndex = at;
    const [found] = pattern.exec(line) ?? [];
    if (found !== undefined) return [found.length, kind];
  }
  return [1, "word"];
}

const unquoted = (raw: string): string =>
  raw.replaceAll(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/gs, (_, single, double, escaped) =>
    String(single ?? double?.replaceAll(/\\(["\\$`])/g, "$1") ?? escaped),
  );

/** Returns the index of the word that names the program, after assignments and prefix commands. */
export function programAt(words: readonly Word[]): number {
  const at = words.findIndex(({ text }) => !/^([A-Za-z_]\w*=|(exec|env|command|nohup)$)/.test(text));
  return at < 0 ? words.length : at;
}
