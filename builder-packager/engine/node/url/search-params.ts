import { decode, encode } from "engine:text";
import { codedError } from "../errors.ts";

type Pair = [name: string, value: string];

/** Called after each change, so that a URL follows its `searchParams`. */
type Changed = (text: string) => void;

/** Everything but these characters is percent-encoded by `application/x-www-form-urlencoded`. */
const NOT_KEPT = /[^A-Za-z0-9*\-._]+/g;

function formEncode(text: string): string {
  return text.replace(NOT_KEPT, (special) => {
    if (special === " ") {
      return "+";
    }
    const bytes = new Uint8Array(encode(special, "utf8"));
    let result = "";
    for (const byte of bytes) {
      result += byte === 0x20 ? "+" : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    }
    return result;
  });
}

function formDecode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  return spaced.includes("%") ? percentDecode(spaced) : spaced;
}

/**
 * Decodes percent-encoded bytes such as `%41`. Invalid sequences stay unchanged, and bytes that are
 * not UTF-8 become U+FFFD.
 */
export function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (sequence) => {
    const bytes = encode(sequence.replaceAll("%", ""), "hex");
    return decode(bytes, 0, bytes.byteLength, "utf8", false) ?? "";
  });
}

function parse(text: string): Pair[] {
  return text
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? [formDecode(part), ""] : [formDecode(part.slice(0, at)), formDecode(part.slice(at + 1))];
    });
}

type Init = string | Iterable<Iterable<string>> | Readonly<Record<string, string>> | null | undefined;

function pairsOf(init: Init): Pair[] {
  if (init === undefined) {
    return [];
  }
  if (init === null || (typeof init !== "object" && typeof init !== "function")) {
    const text = `${init}`.toWellFormed();
    return parse(text.startsWith("?") ? text.slice(1) : text);
  }
  const iterate = (init as Partial<Iterable<Iterable<string>>>)[Symbol.iterator];
  if (iterate === undefined || iterate === null) {
    return Reflect.ownKeys(init)
      .filter((key) => Object.prototype.propertyIsEnumerable.call(init, key))
      .map((key) => [well(key), well((init as Record<string, string>)[key as string])]);
  }
  if (typeof iterate !== "function") {
    throw codedError(TypeError, "ERR_ARG_NOT_ITERABLE", "Query pairs must be iterable");
  }
  return [...(init as Iterable<Iterable<string>>)].map((pair) => {
    const isIterable = typeof pair === "object" && pair !== null && typeof pair[Symbol.iterator] === "function";
    const items = isIterable ? [...pair] : [];
    if (items.length !== 2) {
      throw codedError(TypeError, "ERR_INVALID_TUPLE", "Each query pair must be an iterable [name, value] tuple");
    }
    return [well(items[0]), well(items[1])];
  });
}

function well(value: unknown): string {
  return `${value as string}`.toWellFormed();
}

let connect: (params: URLSearchParams, changed: Changed) => void;
let reset: (params: URLSearchParams, text: string) => void;

export class URLSearchParams {
  #pairs: Pair[];
  #changed: Changed | undefined;

  static {
    connect = (params, changed) => {
      params.#changed = changed;
    };
    reset = (params, text) => {
      params.#pairs = parse(text);
    };
  }

  constructor(init?: Init) {
    this.#pairs = pairsOf(init);
  }

  get size(): number {
    return this.#pairs.length;
  }

  append(name: string, value: string): void {
    this.#pairs.push([well(name), well(value)]);
    this.#update();
  }

  delete(name: string, value?: string): void {
    this.#pairs = this.#pairs.filter((pair) => !matches(pair, name, value));
    this.#update();
  }

  get(name: string): string | null {
    return this.#pairs.find((pair) => matches(pair, name, undefined))?.[1] ?? null;
  }

  getAll(name: string): string[] {
    return this.#pairs.filter((pair) => matches(pair, name, undefined)).map(([, value]) => value);
  }

  has(name: string, value?: string): boolean {
    return this.#pairs.some((pair) => matches(pair, name, value));
  }

  set(name: string, value: string): void {
    const first = this.#pairs.find((pair) => matches(pair, name, undefined));
    if (first === undefined) {
      this.#pairs.push([well(name), well(value)]);
    } else {
      first[1] = well(value);
      this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== first[0]);
    }
    this.#update();
  }

  sort(): void {
    // By UTF-16 code units, as the standard says: the order of `<`.
    this.#pairs.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    this.#update();
  }

  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, thisArg?: unknown): void {
    if (typeof callback !== "function") {
      throw codedError(
        TypeError,
        "ERR_INVALID_ARG_TYPE",
        `The "callback" argument must be of type function. Received ${callback}`,
      );
    }
    for (const [name, value] of this) {
      callback.call(thisArg, value, name, this);
    }
  }

  *entries(): IterableIterator<Pair> {
    for (let index = 0; index < this.#pairs.length; index++) {
      const [name, value] = this.#pairs[index] ?? ["", ""];
      yield [name, value];
    }
  }

  *keys(): IterableIterator<string> {
    for (const [name] of this.entries()) {
      yield name;
    }
  }

  *values(): IterableIterator<string> {
    for (const [, value] of this.entries()) {
      yield value;
    }
  }

  [Symbol.iterator](): IterableIterator<Pair> {
    return this.entries();
  }

  toString(): string {
    return this.#pairs.map(([name, value]) => `${formEncode(name)}=${formEncode(value)}`).join("&");
  }

  get [Symbol.toStringTag](): string {
    return "URLSearchParams";
  }

  #update(): void {
    this.#changed?.(this.toString());
  }
}

function matches(pair: Pair, name: string, value: string | undefined): boolean {
  return pair[0] === well(name) && (value === undefined || pair[1] === well(value));
}

export { connect as connectParams, reset as resetParams };
