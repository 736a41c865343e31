import { randomUUID } from "node:crypto";
import { TomlDate } from "smol-toml";

/** A time with up to nanoseconds, like Go's `time.Time`. `Date` only has milliseconds. */
class ExactTime extends TomlDate {
  readonly #fraction: string;

  constructor(text: string) {
    const [, fraction = ""] = /\.(\d+)/.exec(text) ?? [];
    super(text.replace(/\.\d+/, `.${fraction.slice(0, 3)}`));
    this.#fraction = fraction.slice(0, 9);
  }

  override toISOString(): string {
    return super.toISOString().replace(/\.\d+/, `.${this.#fraction}`);
  }
}

/**
 * Matches strings and comments, terminated or not, so that each is skipped in one step, and times
 * with more digits than milliseconds.
 */
const tokens =
  /"""(?:[^"\\]|\\[\s\S]|"(?!""))*(?:"""|$)|'''(?:[^']|'(?!''))*(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?|#.*|(?:\d{4}-\d\d-\d\d[Tt ])?\d\d:\d\d:\d\d\.\d{4,}(?:[Zz]|[+-]\d\d:\d\d)?/g;

const exactTime = /:\d\d\.\d{4,}/;

/**
 * Parses TOML with `parse` and preserves nanoseconds of times. The lifecycle stores such times in a
 * layer's metadata, and buildpacks compare them. The parser returns a `Date` without nanoseconds,
 * so it gets such times as marked strings.
 */
export function withExactTimes<Table extends object>(text: string, parse: (text: string) => Table): Table {
  if (!exactTime.test(text)) return parse(text);
  const mark = randomUUID();
  const marked = text.replace(tokens, (token) => {
    const isTime = /^\d/.test(token) && new ExactTime(token).isValid();
    return isTime ? JSON.stringify(mark + token) : token;
  });
  try {
    return unmarked(parse(marked), mark) as Table;
  } catch {
    return parse(text); // which reports the position of the mistake
  }
}

function unmarked(value: unknown, mark: string): unknown {
  if (typeof value === "string") return value.startsWith(mark) ? new ExactTime(value.slice(mark.length)) : value;
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((item) => unmarked(item, mark));
  // In place: a key such as `__proto__` stays what the parser made of it.
  for (const [key, item] of Object.entries(value)) {
    if (key.startsWith(mark))
      throw new Error(`the TOML key ${JSON.stringify(key.slice(mark.length))} is a time: put it in quotes`);
    const exact = unmarked(item, mark);
    if (exact !== item) Object.defineProperty(value, key, { value: exact, enumerable: true });
  }
  return value;
}
