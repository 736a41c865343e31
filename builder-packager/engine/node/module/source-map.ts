import { checkObject } from "../internal/checks.ts";

interface Payload {
  readonly version: number;
  readonly sources: readonly string[];
  readonly names?: readonly string[];
  readonly mappings: string;
  readonly sections?: readonly { readonly offset: { line: number; column: number }; readonly map: Payload }[];
}

type Mapping = readonly [
  generatedLine: number,
  generatedColumn: number,
  source?: string | undefined,
  line?: number,
  column?: number,
  name?: string | undefined,
];

interface Entry {
  readonly generatedLine: number;
  readonly generatedColumn: number;
  readonly originalSource: string | undefined;
  readonly originalLine: number | undefined;
  readonly originalColumn: number | undefined;
  readonly name: string | undefined;
}

interface Origin {
  readonly name: string | undefined;
  readonly fileName: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const COMMA = ",".charCodeAt(0);
const SEMICOLON = ";".charCodeAt(0);

/** The value of each digit by its character code. */
function digitValues(): Uint8Array {
  const values = new Uint8Array(128);
  for (let value = 0; value < DIGITS.length; value++) {
    values[DIGITS.charCodeAt(value)] = value;
  }
  return values;
}

/** A version 3 source map, like Node.js's class of this name. */
export class SourceMap {
  readonly #payload: Payload;
  readonly #lineLengths: readonly number[] | undefined;
  readonly #mappings: Mapping[] = [];

  constructor(payload: Payload, { lineLengths }: { readonly lineLengths?: readonly number[] } = {}) {
    checkObject(payload, "payload");
    this.#payload = clone(payload);
    this.#lineLengths = lineLengths;
    if (payload.sections === undefined) {
      decode(payload, 0, 0, this.#mappings);
    } else {
      for (const { offset, map } of payload.sections) {
        decode(map, offset.line, offset.column, this.#mappings);
      }
    }
    this.#mappings.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }

  get payload(): Payload {
    return clone(this.#payload);
  }

  get lineLengths(): number[] | undefined {
    return this.#lineLengths && [...this.#lineLengths];
  }

  /**
   * Returns the last mapping at or before a position in the compiled file. Line and column count
   * from 0.
   */
  findEntry(line: number, column: number): Entry | Record<string, never> {
    let first = 0;
    let count = this.#mappings.length;
    while (count > 1) {
      const half = count >> 1;
      if (isBefore(line, column, this.#mappings[first + half])) {
        count = half;
      } else {
        first += half;
        count -= half;
      }
    }
    const found = this.#mappings[first];
    if (found === undefined || (first === 0 && isBefore(line, column, found))) {
      return {};
    }
    const [generatedLine, generatedColumn, originalSource, originalLine, originalColumn, name] = found;
    return { generatedLine, generatedColumn, originalSource, originalLine, originalColumn, name };
  }

  /**
   * Returns the original position for a position in the compiled file. All numbers count from 1.
   */
  findOrigin(lineNumber: number, columnNumber: number): Origin | Record<string, never> {
    const { generatedLine, generatedColumn, originalSource, originalLine, originalColumn, name } = this.findEntry(
      lineNumber - 1,
      columnNumber - 1,
    );
    if (
      generatedLine === undefined ||
      generatedColumn === undefined ||
      originalSource === undefined ||
      originalLine === undefined ||
      originalColumn === undefined
    ) {
      return {};
    }
    return {
      name,
      fileName: originalSource,
      lineNumber: originalLine + lineNumber - generatedLine,
      columnNumber: originalColumn + columnNumber - generatedColumn,
    };
  }
}

function isBefore(line: number, column: number, mapping: Mapping | undefined): boolean {
  return mapping !== undefined && (line < mapping[0] || (line === mapping[0] && column < mapping[1]));
}

function clone(payload: Payload): Payload {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(payload)) {
    copy[key] = Array.isArray(value) ? [...value] : value;
  }
  return copy as unknown as Payload;
}

/** Decodes the text of the mappings. It works on character codes, since a map has some hundred thousand digits. */
function decode({ mappings, sources, names = [] }: Payload, line: number, column: number, result: Mapping[]): void {
  const values = digitValues();
  const { length } = mappings;
  let [generatedLine, generatedColumn] = [line, column];
  let [source, originalLine, originalColumn, name] = [0, 0, 0, 0];
  let at = 0;

  // The end of the text is no separator for Node.js either: the last mapping always has all fields.
  const isSeparator = (): boolean => {
    const code = mappings.charCodeAt(at);
    return code === COMMA || code === SEMICOLON;
  };
  const number = (): number => {
    let value = 0;
    let shift = 0;
    let digit: number;
    do {
      digit = values[mappings.charCodeAt(at++)] ?? 0;
      value += (digit & 31) << shift;
      shift += 5;
    } while ((digit & 32) !== 0 && at < length);
    // The lowest bit is the sign; without other bits it is the smallest number of 32 bits.
    const magnitude = value >>> 1;
    return (value & 1) === 0 ? magnitude : -magnitude | (1 << 31);
  };

  while (at < length) {
    const code = mappings.charCodeAt(at);
    if (code === SEMICOLON) {
      generatedLine += 1;
      generatedColumn = 0;
      at += 1;
      continue;
    }
    if (code === COMMA) {
      at += 1;
      continue;
    }
    generatedColumn += number();
    if (isSeparator()) {
      result.push([generatedLine, generatedColumn]);
      continue;
    }
    source += number();
    originalLine += number();
    originalColumn += number();
    const hasName = !isSeparator();
    if (hasName) {
      name += number();
    }
    result.push([
      generatedLine,
      generatedColumn,
      sources[source],
      originalLine,
      originalColumn,
      hasName ? names[name] : undefined,
    ]);
  }
}
