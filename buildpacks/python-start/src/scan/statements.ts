import { mask } from "./mask.ts";

/**
 * The scope of a statement. Names that are defined in a function, in a class, or below
 * `if __name__ == "__main__":` are not names of the module.
 */
export type Scope = "module" | "function" | "class" | "main" | "never";

/** A simple statement, or the header of a compound statement. */
export interface Statement {
  /** The text without comments, contents of strings, and newlines. */
  readonly text: string;
  /** The text of the statement as written. */
  readonly source: string;
  readonly scope: Scope;
  /** The function that contains the statement, if any. */
  readonly inside: string | undefined;
}

interface Block {
  readonly indent: number;
  readonly scope: Scope;
  readonly name: string | undefined;
}

/** Splits the source of a module into statements, in the order of the file. */
export function statements(source: string): readonly Statement[] {
  const masked = mask(source);
  const found: Statement[] = [];
  let blocks: readonly Block[] = [];
  let start = 0;
  for (const line of masked.split("\n")) {
    const indent = widthOf(/^[ \t\f]*/.exec(line)?.[0] ?? "");
    if (line.trim() !== "") {
      blocks = blocks.filter((block) => block.indent < indent);
      const add = ([from, to]: Span): void => {
        const [scope, inside] = scopeOf(blocks);
        const text = tidy(line.slice(from, to));
        found.push({ text, source: source.slice(start + from, start + to).trim(), scope, inside });
      };
      const head = headOf(line);
      if (head !== undefined) {
        add(head);
        const [outer] = scopeOf(blocks);
        const block = blockOf(line.trim(), source.slice(start, start + line.length), outer);
        if (block !== undefined) blocks = [...blocks, { indent, ...block }];
      }
      for (const span of simple(line, head?.[1] ?? 0)) add(span);
    }
    start += line.length + 1;
  }
  return found;
}

/** The begin and the end of a part of a line. */
type Span = readonly [from: number, to: number];

/** The head of a compound statement, up to and including its colon; simple statements may follow in the same line. */
function headOf(line: string): Span | undefined {
  if (!/^\s*(?:async|case|class|def|elif|else|except|finally|for|if|match|try|while|with)\b/.test(line))
    return undefined;
  let depth = 0;
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if ("([{".includes(char)) depth += 1;
    if (")]}".includes(char)) depth -= 1;
    if (char === ":" && depth === 0 && line.charAt(at + 1) !== "=") return [0, at + 1];
  }
  return undefined;
}

// Relevant code is at the beginning of a statement. Tables of data may be very long.
const longest = 20_000;

const tidy = (line: string): string => line.replace(/\s+/g, " ").trim().slice(0, longest);

/** A tab goes to the next multiple of eight, as for Python. */
const widthOf = (blanks: string): number =>
  [...blanks].reduce((width, blank) => (blank === "\t" ? (Math.floor(width / 8) + 1) * 8 : width + 1), 0);

function scopeOf(blocks: readonly Block[]): [Scope, string | undefined] {
  const outer = blocks.find(({ scope }) => scope !== "module");
  return [outer?.scope ?? "module", outer?.scope === "function" ? outer.name : undefined];
}

/** The simple statements of a line from `start`: semicolons separate them. */
function simple(line: string, start: number): readonly Span[] {
  const ends = [...line.matchAll(/;/g)].map(({ index }) => index).filter((end) => end > start);
  return [...ends, line.length]
    .map((end, index): Span => [index === 0 ? start : (ends[index - 1] ?? 0) + 1, end])
    .filter(([from, to]) => line.slice(from, to).trim() !== "");
}

/** The block that a head opens, if names in it are not always bound in the module. */
function blockOf(text: string, source: string, outer: Scope): Omit<Block, "indent"> | undefined {
  const [, kind, name] = /^(?:async\s+)?(def|class)\s+(\w+)/.exec(text) ?? [];
  if (kind !== undefined) return { scope: kind === "def" ? "function" : "class", name };
  if (/^(if|elif)\b/.test(text) && outer === "module") return { scope: conditionScope(source), name: undefined };
  return undefined;
}

function conditionScope(source: string): Scope {
  if (/\b__name__\s*==\s*["']__main__["']|["']__main__["']\s*==\s*__name__\b/.test(source)) return "main";
  return /\bTYPE_CHECKING\b/.test(source) && !/\bnot\b/.test(source) ? "never" : "module";
}
