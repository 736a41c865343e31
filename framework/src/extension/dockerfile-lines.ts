import { heredocsIn } from "./heredoc.ts";
import { trim, trimStart } from "./white-space.ts";

/** One instruction of a Dockerfile with unparsed arguments. */
export interface DockerfileLine {
  /** The name as written: `RUN`, `run`. */
  readonly name: string;
  /** The flags without quotes: `--from=x` and others. */
  readonly flags: readonly string[];
  readonly rest: string;
  /** The number of the instruction's first line, starting at 1. */
  readonly line: number;
}

/** The instructions of a Dockerfile, or the position of the first part that cannot be parsed. */
export interface DockerfileLines {
  readonly lines: readonly DockerfileLine[];
  /**
   * The character that joins lines and escapes other characters: `\\`, or a back quote if the file
   * declares that.
   */
  readonly escape: string;
  readonly problem?: { readonly line: number; readonly message: string };
}

/**
 * The maximum length of a line in bytes. BuildKit, with which the lifecycle parses Dockerfiles, has
 * the same limit.
 */
export const longestLine = 65_535;

/**
 * Splits a Dockerfile into instructions as BuildKit's parser does: comments and empty lines are
 * dropped, lines that end with the escape character are joined, and heredocs are separated.
 */
export function dockerfileLines(text: string): DockerfileLines {
  const reader = new LineReader(text);
  const lines: DockerfileLine[] = [];
  try {
    for (let next = reader.next(); next !== undefined; next = reader.next()) lines.push(next);
    return { lines, escape: reader.escape };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { lines, escape: reader.escape, problem: { line: error.line, message: error.message } };
  }
}

class Unreadable extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

class LineReader {
  readonly #lines: readonly string[];
  #at = 0;
  escape = "\\";
  /** The parser directives, which come first and only once; undefined after that part. */
  #directives: Set<string> | undefined = new Set();

  constructor(text: string) {
    this.#lines = text.replace(/^\uFEFF/, "").split("\n");
    if (this.#lines.at(-1) === "") this.#lines = this.#lines.slice(0, -1);
  }

  next(): DockerfileLine | undefined {
    while (this.#at < this.#lines.length) {
      const start = this.#at + 1;
      const first = this.#joinable(trimStart(this.#take()));
      if (!first.goesOn && first.text === "") continue;
      const text = first.goesOn ? first.text + this.#continuation() : first.text;
      const line = splitLine(text, this.escape, start);
      this.#skipHeredocs(line, text);
      return line;
    }
    return undefined;
  }

  #take(): string {
    const raw = this.#lines[this.#at++] ?? "";
    if (new TextEncoder().encode(raw).length > longestLine)
      throw new Unreadable(this.#at, `is longer than ${longestLine} bytes`);
    const text = raw.replace(/(?<![\r\n])[\r\n]+$/, "");
    this.#readDirective(trimStart(text));
    return text;
  }

  #readDirective(text: string): void {
    if (this.#directives === undefined) return;
    const [, key = "", value = ""] = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=(.+)$/.exec(text) ?? [];
    const name = key.toLowerCase();
    if (!["syntax", "escape", "check"].includes(name)) this.#directives = undefined;
    else if (this.#directives.has(name)) throw new Unreadable(this.#at, `repeats the directive ${name}`);
    else this.#directives.add(name);
    if (this.#directives === undefined || name !== "escape") return;
    const char = value.trim();
    if (char !== "\\" && char !== "`") throw new Unreadable(this.#at, `has an escape character that is not \\ or \``);
    this.escape = char;
  }

  #joinable(text: string): { readonly text: string; readonly goesOn: boolean } {
    if (isComment(text)) return { text: "", goesOn: false };
    const escapeChar = this.escape === "\\" ? "\\\\" : "`";
    const end = new RegExp(`(^|[^${escapeChar}])${escapeChar}[ \\t]*$`, "u").exec(text);
    return end === null ? { text, goesOn: false } : { text: text.slice(0, end.index) + end[1], goesOn: true };
  }

  // Comments and empty lines do not end an instruction that goes on.
  #continuation(): string {
    let joined = "";
    while (this.#at < this.#lines.length) {
      const text = this.#take();
      if (isComment(text) || trim(text) === "") continue;
      const part = this.#joinable(text);
      joined += part.text;
      if (!part.goesOn) break;
    }
    return joined;
  }

  #skipHeredocs(line: DockerfileLine, text: string): void {
    if (!text.includes("<<") || !mayHoldHeredocs(line, this.escape)) return;
    for (const { name, chomp } of heredocsIn(text)) {
      const isEnd = (raw: string) =>
        (chomp ? raw.replace(/^\t+/, "") : raw).replace(/(?<![\r\n])[\r\n]+$/, "") === name;
      const end = this.#lines.findIndex((raw, index) => index >= this.#at && isEnd(raw));
      if (end === -1) throw new Unreadable(line.line, `begins the heredoc <<${name}, which does not end`);
      this.#at = end + 1;
    }
  }
}

const isComment = (text: string) => trimStart(text).startsWith("#");

function mayHoldHeredocs({ name, rest, line }: DockerfileLine, escapeChar: string): boolean {
  const keyword = name.toLowerCase();
  if (keyword === "onbuild") {
    const inner = splitLine(rest, escapeChar, line);
    return inner.name.toLowerCase() !== "onbuild" && mayHoldHeredocs(inner, escapeChar);
  }
  return ["add", "copy", "run"].includes(keyword) && jsonWords(rest) === undefined;
}

/** Splits an instruction on one line into name, flags and arguments. */
export function splitLine(text: string, escapeChar: string, line: number): DockerfileLine {
  const trimmed = trim(text);
  const [name = ""] = trimmed.split(/[\t\v\f\r ]/, 1);
  const { flags, rest } = takeFlags(trimmed.slice(name.length).replace(/^[\t\v\f\r ]+/, ""), escapeChar);
  return { name, flags, rest: trim(rest), line };
}

// Words that begin with --, until the first other one. Quotes and escapes are removed. BuildKit goes by bytes here and takes two of them,
// which may be the second half of a letter, for white space.
function takeFlags(text: string, escapeChar: string): { readonly flags: readonly string[]; readonly rest: string } {
  const flags: string[] = [];
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
  let rest = bytes.replace(leadingBytes, "");
  while (rest.startsWith("--")) {
    const { word, end } = takeWord(rest, escapeChar);
    rest = rest.slice(end);
    if (word === "--") break;
    flags.push(word);
    rest = rest.replace(leadingBytes, "");
  }
  return {
    flags,
    rest: new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(rest, (char) => char.charCodeAt(0))),
  };
}

const leadingBytes = /^[\t-\r \u0085\u00a0]+/;

function takeWord(bytes: string, escapeChar: string): { readonly word: string; readonly end: number } {
  let [word, quote, at] = ["", "", 0];
  for (; at < bytes.length; at++) {
    const char = bytes[at] ?? "";
    if (quote === "" && leadingBytes.test(char)) break;
    if (char === escapeChar) word += bytes[++at] ?? "";
    else if (quote === "" && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = "";
    else word += char;
  }
  return { word, end: at };
}

/**
 * Parses the words in the JSON form `["a", "b"]`. Returns undefined for a text in another form.
 * Returns `"mixed"` for a list that contains values other than strings, which BuildKit refuses.
 */
export function jsonWords(rest: string): readonly string[] | "mixed" | undefined {
  if (!trimStart(rest).startsWith("[")) return undefined;
  try {
    const words: unknown = JSON.parse(rest);
    if (!Array.isArray(words)) return undefined;
    return words.every((word) => typeof word === "string") ? words : "mixed";
  } catch {
    return undefined;
  }
}
