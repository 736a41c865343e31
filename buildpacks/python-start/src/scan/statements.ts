import { mask } from "./mask.ts";

/**
 * The scope of a statement: names in a function, a class, or below `if __name__ == "__main__":` are
 * not bound in the module.
 */
export type Scope = "module" | "function" | "class" | "main" | "never";

/** A simple statement, or the head of a compound one. */
export interface Statement {
  /** The text without comments, string contents, and newlines. */
  readonly text: string;
  /** The original text. */
  readonly source: string;
  readonly scope: Scope;
  /** The function of the module that it is in, if it is in one. */
  readonly inside: string | undefined;
}

interface Block {
  readonly indent: number;
  readonly scope: Scope;
  readonly name: string | undefined;
}

/** The statements of a module, in the order of the file. */
export function statements(source: string): readonly Statement[] {
  const masked = mask(source);
  const found: Statement[] = [];
  let blocks: readonly Block[] = [];
  let start = 0;
  for (const line of masked.split("\n")) {
    const indent = widthOf(/^[ \t\f]*/.exec(line)?.[0] ?? "");
    const isBlank = line.trim() === "";
    if (!isBlank) blocks = blocks.filter((block) => block.indent < indent);
    if (!isBlank) {
      const [scope, inside] = scopeOf(blocks);
      for (const [from, to] of simple(line))
        found.push({
          text: tidy(line.slice(from, to)),
          source: source.slice(start + from, start + to).trim(),
          scope,
          inside,
        });
      const block = blockOf(line.trim(), source.slice(start, start + line.length), scope);
      if (block !== undefined) blocks = [...blocks, { indent, ...block }];
    }
    start += line.length + 1;
  }
  return found;
}

// What is to be found stands at the beginning; tables of data may be very long.
const longest = 20_000;

const tidy = (line: string): string => line.replace(/\s+/g, " ").trim().slice(0, longest);

/** A tab goes to the next multiple of eight, as for Python. */
const widthOf = (blanks: string): number =>
  [...blanks].reduce((width, blank) => (blank === "\t" ? (Math.floor(width / 8) + 1) * 8 : width + 1), 0);

function scopeOf(blocks: readonly Block[]): [Scope, string | undefined] {
  const outer = blocks.find(({ scope }) => scope !== "module");
  return [outer?.scope ?? "module", outer?.scope === "function" ? outer.name : undefined];
}

/** Where the statements of a line begin and end: semicolons are between them. */
function simple(line: string): readonly (readonly [number, number])[] {
  const ends = [...line.matchAll(/;/g)].map(({ index }) => index);
  return [...ends, line.length]
    .map((end, index): [number, number] => [index === 0 ? 0 : (ends[index - 1] ?? 0) + 1, end])
    .filter(([from, to]) => line.slice(from, to).trim() !== "");
}

/** The block that a head opens. A head whose body stands behind it opens one, too: nothing is indented below it. */
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
