import { graphemes } from "engine:text";
import { refuse, stub } from "../internal/lacking.ts";

/** One character that a reader sees, as `Intl.Segmenter` gives it. */
interface Segment {
  readonly segment: string;
  /** The start index, in UTF-16 units. */
  readonly index: number;
  readonly input: string;
}

class Segments {
  readonly #input: string;

  constructor(input: string) {
    this.#input = input;
  }

  containing(index = 0): Segment | undefined {
    const wanted = Math.trunc(Number(index)) || 0;
    if (wanted < 0) {
      return undefined;
    }
    return [...this].find(({ segment, index: start }) => wanted >= start && wanted < start + segment.length);
  }

  *[Symbol.iterator](): Generator<Segment> {
    const input = this.#input;
    let index = 0;
    for (const segment of graphemes(input)) {
      yield { segment, index, input };
      index += segment.length;
    }
  }
}

/** `Intl.Segmenter` for characters; words and sentences need tables of each language. */
class Segmenter {
  constructor(_locales?: string | readonly string[], { granularity = "grapheme" }: { granularity?: string } = {}) {
    if (granularity !== "grapheme") {
      refuse(`Intl.Segmenter with the granularity ${granularity}`);
    }
  }

  segment(input: string): Segments {
    return new Segments(String(input));
  }
}

/** The rest of `Intl` depends on languages. */
const lacking = [
  "Collator",
  "DateTimeFormat",
  "DisplayNames",
  "DurationFormat",
  "ListFormat",
  "Locale",
  "NumberFormat",
  "PluralRules",
  "RelativeTimeFormat",
  "getCanonicalLocales",
  "supportedValuesOf",
];

const intl = Object.defineProperties(
  {},
  Object.fromEntries([
    [Symbol.toStringTag, { value: "Intl", configurable: true }],
    ["Segmenter", { value: Segmenter, writable: true, configurable: true }],
    ...lacking.map((name) => [name, { value: stub(`Intl.${name}`), writable: true, configurable: true }]),
  ]),
);

export { intl as Intl };
