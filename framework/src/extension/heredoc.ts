import { startsWithSpace } from "./white-space.ts";

/**
 * A heredoc in a Dockerfile: the text after an instruction, up to a line with the heredoc's name.
 */
export interface Heredoc {
  readonly name: string;
  /** True for `<<-`, which removes tabs at the start of lines. */
  readonly chomp: boolean;
}

/**
 * Returns the heredocs in an instruction of a Dockerfile, in order. If a shell cannot split the
 * text into words, it contains no heredocs.
 */
export function heredocsIn(text: string): readonly Heredoc[] {
  return (shellWords(text, { keepQuotes: true }) ?? []).flatMap((word) => heredocOf(word) ?? []);
}

/**
 * Parses a word that starts a heredoc, such as `<<EOF` or `3<<-"EOF"`. Returns undefined for any
 * other word.
 */
export function heredocOf(word: string): Heredoc | undefined {
  const [, , dash = "", name = ""] = /^(\d*)<<(-?)[\t\n\f\r ]*([^<]*)$/.exec(word) ?? [];
  const words = name === "" ? undefined : shellWords(name, { keepQuotes: false });
  return words?.length === 1 ? { name: words[0] ?? "", chomp: dash === "-" } : undefined;
}

/**
 * Splits as BuildKit's shell lexer does, keeping variables. Undefined if quotes or braces do not
 * match. A heredoc's name may be separate from its operator (`<< EOF`): both are one word.
 */
function shellWords(text: string, { keepQuotes }: { readonly keepQuotes: boolean }): readonly string[] | undefined {
  const words: string[] = [];
  let word = "";
  let at = 0;
  while (at < text.length) {
    const token = tokenAt(text, at);
    if (token === undefined) return undefined;
    at += token.length;
    if (token.length === 1 && startsWithSpace(token)) {
      if (word !== "") words.push(word);
      word = "";
    } else word += keepQuotes ? token : unquoted(token);
  }
  return word === "" ? words : [...words, word];
}

function tokenAt(text: string, at: number): string | undefined {
  const rest = text.slice(at);
  const char = rest[0] ?? "";
  if (char === "'") return /^'[^']*'/.exec(rest)?.[0];
  if (char === '"') return /^"(?:[^"\\]|\\[\s\S]|\\$)*"/.exec(rest)?.[0];
  if (char === "$" && rest[1] === "{") return braced(rest);
  if (char === "\\") return rest.slice(0, 2);
  if (rest.startsWith("<<")) return /^<<[\t\r\n ]*/.exec(rest)?.[0];
  return char;
}

// `${name}` or `${name:-other words}`, the words up to the brace that is neither quoted nor of a variable among them
function braced(text: string): string | undefined {
  const head = /^\$\{(?:\d+|[@*#?\-$!0]|[\p{L}\p{Nd}_]*)(\}|:[-+?]|[-+?#%/])/u.exec(text);
  if (head === null || head[1] === "}") return head?.[0];
  let end = head[0].length;
  while (end < text.length && text[end] !== "}") {
    const token = tokenAt(text, end);
    if (token === undefined) return undefined;
    end += token.length;
  }
  return end < text.length ? text.slice(0, end + 1) : undefined;
}

function unquoted(token: string): string {
  if (token.startsWith("'")) return token.slice(1, -1);
  if (token.startsWith('"')) return token.slice(1, -1).replace(/\\(["$\\])/g, "$1");
  return token.startsWith("\\") ? token.slice(1) : token;
}
