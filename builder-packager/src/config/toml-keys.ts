/** The line and column of a key in a TOML file. Both numbers start at 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const bareKey = /[A-Za-z0-9_-]+/y;
const scalar = /[^,\]}\n#]+/y;
const inlineSpace = /[ \t]+/y;
const lineSpace = /[ \t\r\n]+/y;
const comment = /#[^\n]*/y;

/**
 * Finds the positions of the keys in a TOML file. This is necessary because TOML parsers only
 * return values. The keys of the result are paths such as `build.env[0].name`. The text must be
 * valid TOML, already accepted by a parser.
 *
 * @example `keyPositions('[build]\nimage = "x"').get("build.image") // { line: 2, column: 1 }`
 */
export function keyPositions(text: string): ReadonlyMap<string, Position> {
  return new KeyScanner(text).scan();
}

/**
 * A part of a text. `start` is the offset of its first character, and `end` is the offset after its
 * last character.
 */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Finds the values in a TOML file that are neither tables nor lists. A value is returned as it is
 * written, for example a string with its quotes. The keys of the result and the requirements are
 * the same as for {@link keyPositions}.
 *
 * @example `valueSpans('[build]\nimage = "x"').get("build.image") // { start: 16, end: 19 }`
 */
export function valueSpans(text: string): ReadonlyMap<string, TextSpan> {
  const scanner = new KeyScanner(text);
  scanner.scan();
  return scanner.values;
}

/** Returns the path of a key below another key. The key is quoted if it would be ambiguous. */
export function childPath(parent: string, key: string): string {
  const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return parent === "" ? name : `${parent}.${name}`;
}

class KeyScanner {
  readonly #text: string;
  readonly #positions = new Map<string, Position>();
  readonly values = new Map<string, TextSpan>();
  /** The number of tables so far in each array of tables. */
  readonly #tables = new Map<string, number>();
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #lineEnd: number;

  constructor(text: string) {
    this.#text = text;
    this.#lineEnd = endOfLine(text, 0);
  }

  scan(): ReadonlyMap<string, Position> {
    let table = "";
    for (this.#space(); this.#at < this.#text.length; this.#space()) {
      const before = this.#at;
      if (this.#text[this.#at] === "[") table = this.#header();
      else this.#pair(table);
      if (this.#at === before) break; // not TOML after all
    }
    return this.#positions;
  }

  #header(): string {
    const isArray = this.#text.startsWith("[[", this.#at);
    this.#at += isArray ? 2 : 1;
    const keys = this.#dottedKey();
    this.#at += isArray ? 2 : 1;
    return keys.reduce((path, { key, at }, index) => {
      const child = childPath(path, key);
      this.#record(child, at);
      const count = (this.#tables.get(child) ?? 0) + (isArray && index === keys.length - 1 ? 1 : 0);
      if (count === 0) return child;
      this.#tables.set(child, count);
      this.#record(`${child}[${count - 1}]`, at);
      return `${child}[${count - 1}]`;
    }, "");
  }

  #pair(table: string): void {
    const path = this.#dottedKey().reduce((parent, { key, at }) => {
      const child = childPath(parent, key);
      this.#record(child, at);
      return child;
    }, table);
    this.#at += 1; // "="
    this.#take(inlineSpace);
    this.#value(path);
  }

  #value(path: string): void {
    const start = this.#at;
    const first = this.#text[start];
    if (first === "[") this.#items("]", (index) => this.#item(`${path}[${index}]`));
    else if (first === "{") this.#items("}", () => this.#pair(path));
    else {
      if (!this.#string()) this.#take(scalar);
      this.values.set(path, { start, end: this.#at });
    }
  }

  #item(path: string): void {
    this.#record(path, this.#at);
    this.#value(path);
  }

  #items(end: string, item: (index: number) => void): void {
    this.#at += 1;
    for (let index = 0; this.#at < this.#text.length; index++) {
      this.#space();
      if (this.#text[this.#at] === end) break;
      const before = this.#at;
      item(index);
      this.#space();
      if (this.#text[this.#at] === ",") this.#at += 1;
      if (this.#at === before) return; // not TOML after all
    }
    this.#at += 1;
  }

  #dottedKey(): readonly { readonly key: string; readonly at: number }[] {
    const keys: { key: string; at: number }[] = [];
    do {
      if (keys.length > 0) this.#at += 1; // "."
      this.#take(inlineSpace);
      const at = this.#at;
      keys.push({ key: this.#key(), at });
      this.#take(inlineSpace);
    } while (this.#text[this.#at] === ".");
    return keys;
  }

  #key(): string {
    const start = this.#at;
    if (!this.#string()) return this.#take(bareKey);
    const quoted = this.#text.slice(start, this.#at);
    return quoted.startsWith('"') ? unquote(quoted) : quoted.slice(1, -1);
  }

  /**
   * Skips a string of any kind. It uses no pattern, because patterns with alternatives in a
   * repetition overflow the stack in long strings.
   */
  #string(): boolean {
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") return false;
    const triple = quote.repeat(3);
    const delimiter = this.#text.startsWith(triple, this.#at) ? triple : quote;
    this.#at = this.#endOfString(this.#at + delimiter.length, delimiter);
    // up to two quotes may precede the three that end a string
    for (let more = 0; delimiter === triple && more < 2 && this.#text[this.#at] === quote; more++) this.#at += 1;
    return true;
  }

  #endOfString(from: number, delimiter: string): number {
    for (let at = from; at < this.#text.length; at++) {
      if (this.#text[at] === "\\" && delimiter.startsWith('"')) at += 1;
      else if (this.#text.startsWith(delimiter, at)) return at + delimiter.length;
    }
    return this.#text.length;
  }

  #space(): void {
    while (this.#take(lineSpace) !== "" || this.#take(comment) !== "");
  }

  /** Records positions in text order, so that each line is counted once. */
  #record(path: string, at: number): void {
    while (this.#lineEnd < at) {
      this.#line += 1;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = endOfLine(this.#text, this.#lineStart);
    }
    if (!this.#positions.has(path)) this.#positions.set(path, { line: this.#line, column: at - this.#lineStart + 1 });
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Decodes a quoted key as JSON. TOML has three more escapes, which no known key contains. */
function unquote(text: string): string {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(1, -1);
  }
}
