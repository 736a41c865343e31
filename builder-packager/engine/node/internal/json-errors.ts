/* The messages of JSON.parse on Node.js: programs show them, or read the position in them. */

/** So many characters before and after the wrong one are quoted. */
const context = 10;

class Invalid extends Error {}

/**
 * Returns the message of Node.js's JSON.parse for an invalid text; undefined if the text is valid.
 */
export function jsonError(text: string): string | undefined {
  const scanner = new Scanner(text);
  try {
    scanner.document();
    return undefined;
  } catch (error) {
    if (error instanceof Invalid) {
      return error.message;
    }
    throw error;
  }
}

class Scanner {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Without recursion: a text may be nested as deeply as it likes. */
  document(): void {
    const open: string[] = [];
    for (;;) {
      if (this.value(open)) {
        continue;
      }
      for (;;) {
        const container = open.at(-1);
        this.space();
        if (container === undefined) {
          if (this.char !== "") {
            this.fail("Unexpected non-whitespace character after JSON", "");
          }
          return;
        }
        if (this.takes(",")) {
          if (container === "{") {
            this.name("Expected double-quoted property name");
          }
          break;
        }
        if (!this.takes(container === "{" ? "}" : "]")) {
          this.fail(
            container === "{" ? "Expected ',' or '}' after property value" : "Expected ',' or ']' after array element",
          );
        }
        open.pop();
      }
    }
  }

  /** Reads a value, or the beginning of one that is not empty: then the result is true. */
  private value(open: string[]): boolean {
    this.space();
    const char = this.char;
    if (char === "{" || char === "[") {
      this.at += 1;
      this.space();
      if (this.takes(char === "{" ? "}" : "]")) {
        return false;
      }
      open.push(char);
      if (char === "{") {
        this.name("Expected property name or '}'");
      }
      return true;
    }
    if (char === '"') {
      this.string();
    } else if (isDigit(char) || char === "-") {
      this.number();
    } else if (char in words) {
      this.word(words[char] ?? "");
    } else {
      this.unexpected();
    }
    return false;
  }

  /** A property's name with its colon. */
  private name(message: string): void {
    this.space();
    if (this.char !== '"') {
      this.fail(message);
    }
    this.string();
    this.space();
    if (!this.takes(":")) {
      this.fail("Expected ':' after property name");
    }
  }

  private string(): void {
    this.at += 1;
    for (;;) {
      const char = this.char;
      if (char === "") {
        this.fail("Unterminated string");
      }
      if (char < " ") {
        this.fail("Bad control character in string literal");
      }
      this.at += 1;
      if (char === '"') {
        return;
      }
      if (char === "\\") {
        this.escape();
      }
    }
  }

  private escape(): void {
    const char = this.char;
    if (char === "" || char > "\u00ff") {
      this.unexpected();
    }
    if (!'"\\/bfnrtu'.includes(char)) {
      this.fail("Bad escaped character");
    }
    this.at += 1;
    if (char !== "u") {
      return;
    }
    for (let digit = 0; digit < 4; digit += 1) {
      if (!/^[0-9a-fA-F]$/.test(this.char)) {
        this.fail("Bad Unicode escape");
      }
      this.at += 1;
    }
  }

  private number(): void {
    if (this.takes("-") && !isDigit(this.char)) {
      this.fail("No number after minus sign");
    }
    if (this.takes("0")) {
      if (isDigit(this.char)) {
        this.unexpected();
      }
    } else {
      this.digits();
    }
    if (this.takes(".")) {
      if (!isDigit(this.char)) {
        this.fail("Unterminated fractional number");
      }
      this.digits();
    }
    if (this.takes("e") || this.takes("E")) {
      if (!this.takes("-")) {
        this.takes("+");
      }
      if (!isDigit(this.char)) {
        this.fail("Exponent part is missing a number");
      }
      this.digits();
    }
  }

  private digits(): void {
    while (isDigit(this.char)) {
      this.at += 1;
    }
  }

  private word(word: string): void {
    for (const expected of word) {
      if (this.char !== expected) {
        this.unexpected();
      }
      this.at += 1;
    }
  }

  private get char(): string {
    return this.text.charAt(this.at);
  }

  private takes(char: string): boolean {
    if (this.char !== char) {
      return false;
    }
    this.at += 1;
    return true;
  }

  private space(): void {
    while (this.char !== "" && " \t\n\r".includes(this.char)) {
      this.at += 1;
    }
  }

  private unexpected(): never {
    const { text, at, char } = this;
    if (char === "") {
      throw new Invalid("Unexpected end of JSON input");
    }
    if (isDigit(char) || char === "-") {
      this.fail("Unexpected number");
    }
    if (char === '"') {
      this.fail("Unexpected string");
    }
    if (["[object Object]", "NaN", "Infinity", "undefined"].includes(text))
      throw new Invalid(`"${text}" is not valid JSON`);
    throw new Invalid(`Unexpected token '${char}', ${excerpt(text, at)} is not valid JSON`);
  }

  private fail(message: string, of = " in JSON"): never {
    const before = this.text.slice(0, this.at).split(/\r\n|[\r\n]/);
    const column = (before.at(-1)?.length ?? 0) + 1;
    throw new Invalid(`${message}${of} at position ${this.at} (line ${before.length} column ${column})`);
  }
}

const words: Readonly<Record<string, string>> = { t: "true", f: "false", n: "null" };

const isDigit = (char: string): boolean => char >= "0" && char <= "9";

/** The text around a position, in quotes. */
function excerpt(text: string, at: number): string {
  if (text.length <= 2 * context) return `"${text}"`;
  if (at < context) return `"${text.slice(0, at + context)}"...`;
  if (at < text.length - context) return `..."${text.slice(at - context, at + context)}"...`;
  return `..."${text.slice(at - context)}"`;
}
