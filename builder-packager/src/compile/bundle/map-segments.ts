/**
 * A part of one line of a script, with its position in the original source. Numbers start at 0, as
 * in a source map (ECMA-426).
 */
export interface Segment {
  readonly column: number;
  /** The original position; undefined if it is unknown. */
  readonly origin?: Origin | undefined;
}

export interface Origin {
  readonly source: number;
  readonly line: number;
  readonly column: number;
  readonly name?: number | undefined;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Parses the `mappings` of a source map. Returns the segments of each line of the script. */
export function decodeMappings(mappings: string): readonly (readonly Segment[])[] {
  const last = [0, 0, 0, 0]; // source, line, column, name: each number is the difference to the one before
  return mappings.split(";").map((line) => {
    let column = 0;
    const segments = line === "" ? [] : line.split(",");
    return segments.map((segment): Segment => {
      const [first = 0, ...rest] = numbersOf(segment);
      column += first;
      if (rest.length === 0) return { column };
      for (const [index, difference] of rest.entries()) last[index] = (last[index] ?? 0) + difference;
      const [source = 0, sourceLine = 0, sourceColumn = 0, name = 0] = last;
      const origin = { source, line: sourceLine, column: sourceColumn };
      return { column, origin: rest.length > 3 ? { ...origin, name } : origin };
    });
  });
}

/** Formats the `mappings` of a source map. */
export function encodeMappings(lines: readonly (readonly Segment[])[]): string {
  const last = [0, 0, 0, 0];
  return lines
    .map((segments) => {
      let before = 0;
      return segments
        .map(({ column, origin }) => {
          const text = encoded(column - before);
          before = column;
          return origin === undefined ? text : text + encodedOrigin(origin, last);
        })
        .join(",");
    })
    .join(";");
}

function encodedOrigin({ source, line, column, name }: Origin, last: number[]): string {
  const values = name === undefined ? [source, line, column] : [source, line, column, name];
  return values
    .map((value, index) => {
      const difference = value - (last[index] ?? 0);
      last[index] = value;
      return encoded(difference);
    })
    .join("");
}

/** Base64 VLQ: five bits in each digit, the lowest first; the sign is the lowest bit of all. */
function encoded(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += digits[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}

function numbersOf(segment: string): readonly number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const character of segment) {
    const digit = digits.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}
