/** Where a key stands in a TOML file. Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const bareKey = /[A-Za-z0-9_-]+/y;
const basicString = /"(?:[^"\\\n]|\\.)*"/y;
const literalString = /'[^'\n]*'/y;
const anyString = /"""(?:[^\\]|\\[\s\S])*?"{3,5}|'''[\s\S]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y;
const scalar = /[^,\]}\n#]+/y;
const inlineSpace = /[ \t]*/y;
const anySpace = /(?:[ \t\r\n]|#[^\n]*)*/y;

/**
 * Finds where each key of a TOML file stands, by paths such as `build.env[0].name`, since parsers only keep values.
 * The text must be valid TOML: a parser has accepted it before.
 *
 * @example `keyPositions('[build]\nimage = "x"').get("build.image") // { line: 2, column: 1 }`
 */
export function keyPositions(text: string): ReadonlyMap<string, Position> {
  return new KeyScanner(text).scan();
}

/** The path of a key below another one, quoted where it could be misread. */
export function childPath(parent: string, key: string): string {
  const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return parent === "" ? name : `${parent}.${name}`;
}

class KeyScanner {
  readonly #text: string;
  readonly #positions = new Map<string, Position>();
  /** How many tables each array of tables has so far. */
  readonly #tables = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): ReadonlyMap<string, Position> {
    let table = "";
    for (this.#take(anySpace); this.#at < this.#text.length; this.#take(anySpace)) {
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
    const start = this.#text[this.#at];
    if (start === "[") this.#items("]", (index) => this.#item(`${path}[${index}]`));
    else if (start === "{") this.#items("}", () => this.#pair(path));
    else if (this.#take(anyString) === "") this.#take(scalar);
  }

  #item(path: string): void {
    this.#record(path, this.#at);
    this.#value(path);
  }

  #items(end: string, item: (index: number) => void): void {
    this.#at += 1;
    for (let index = 0; this.#at < this.#text.length; index++) {
      this.#take(anySpace);
      if (this.#text[this.#at] === end) break;
      const before = this.#at;
      item(index);
      this.#take(anySpace);
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
    const quoted = this.#take(basicString);
    if (quoted !== "") return unquote(quoted);
    return this.#take(literalString).slice(1, -1) || this.#take(bareKey);
  }

  #record(path: string, at: number): void {
    if (this.#positions.has(path)) return;
    const before = this.#text.slice(0, at);
    this.#positions.set(path, { line: before.split("\n").length, column: at - before.lastIndexOf("\n") });
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

/** TOML's escapes are JSON's and three more, which no key that is known has. */
function unquote(text: string): string {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(1, -1);
  }
}
