import { graphemes } from "engine:text";

/** One character that a reader sees, as `Intl.Segmenter` gives it. */
interface Segment {
  readonly segment: string;
  /** The start index, in UTF-16 units. */
  readonly index: number;
  readonly input: string;
}

/** `Intl.Segmenter` for characters; words and sentences need tables of each language. */
class Segmenter {
  constructor(_locales?: string | readonly string[], { granularity = "grapheme" }: { granularity?: string } = {}) {
    if (granularity !== "grapheme") {
      throw new RangeError(`The small engine has no Intl.Segmenter with the granularity ${granularity}`);
    }
  }

  *segment(input: string): Generator<Segment> {
    let index = 0;
    for (const segment of graphemes(input)) {
      yield { segment, index, input };
      index += segment.length;
    }
  }
}

/** The part of `Intl` that does not depend on a language. */
const languageless = { Segmenter };

export { languageless as Intl };
