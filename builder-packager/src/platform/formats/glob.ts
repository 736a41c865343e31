import { nameOf } from "../../files/file-name.ts";
import { byteText, utf8Rune } from "./byte-text.ts";

/** A compiled glob pattern. */
export interface Glob {
  /** The only name that the pattern matches; undefined if the pattern has a wildcard. */
  readonly literal: string | undefined;
  test(name: string): boolean;
}

/**
 * Compiles a pattern of Go's `filepath.Match`. `*` and `?` do not match `/`, a character class may
 * match `/` (as in Go), and `\` escapes. Like Go, the matcher compares bytes and uses the first
 * match after each `*`. The running time is at most proportional to the product of the lengths of
 * pattern and text.
 *
 * @throws Error for a malformed pattern
 */
export function goGlob(pattern: string): Glob {
  const chunks = chunksOf(byteText(pattern), pattern);
  return {
    literal: literalOf(chunks),
    test: (name) => matches(chunks, byteText(name)),
  };
}

/** An item of a pattern, which matches one character: a byte, any character but `/`, or a class. */
type Item = number | "?" | CharacterClass;

interface CharacterClass {
  readonly isNegated: boolean;
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

/** A part of the pattern between two `*`. */
interface Chunk {
  readonly afterStar: boolean;
  readonly items: readonly Item[];
}

const slash = 0x2f;

function matches(chunks: readonly Chunk[], name: string): boolean {
  let at = 0;
  for (const [index, { afterStar, items }] of chunks.entries()) {
    const isLast = index === chunks.length - 1;
    if (afterStar && items.length === 0) return !name.includes("/", at);
    const end = chunkEnd(items, name, at, { afterStar, isLast });
    if (end === undefined) return false;
    at = end;
  }
  return at === name.length;
}

/** The end of the first match of a chunk. The last chunk has to match the end of the name. */
function chunkEnd(
  items: readonly Item[],
  name: string,
  from: number,
  { afterStar, isLast }: { readonly afterStar: boolean; readonly isLast: boolean },
): number | undefined {
  for (let at = from; at <= name.length; at++) {
    const end = itemsEnd(items, name, at);
    if (end !== undefined && (!isLast || end === name.length)) return end;
    if (!afterStar || name.charCodeAt(at) === slash) return undefined;
  }
  return undefined;
}

function itemsEnd(items: readonly Item[], name: string, from: number): number | undefined {
  let at = from;
  for (const item of items) {
    if (at >= name.length) return undefined;
    if (typeof item === "number") {
      if (name.charCodeAt(at) !== item) return undefined;
      at += 1;
      continue;
    }
    const { rune, size } = utf8Rune(name, at);
    if (item === "?" ? rune === slash : includes(item, rune) === item.isNegated) return undefined;
    at += size;
  }
  return at;
}

const includes = ({ ranges }: CharacterClass, rune: number): boolean =>
  ranges.some(([low, high]) => low <= rune && rune <= high);

function literalOf(chunks: readonly Chunk[]): string | undefined {
  const items = chunks.flatMap(({ items }) => items);
  const isLiteral = !chunks.some(({ afterStar }) => afterStar) && items.every((item) => typeof item === "number");
  return isLiteral ? nameOf(Buffer.from(items as readonly number[])) : undefined;
}

function chunksOf(bytes: string, pattern: string): readonly Chunk[] {
  const chunks: { afterStar: boolean; items: Item[] }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = at;
    while (bytes[at] === "*") at += 1;
    const items: Item[] = [];
    chunks.push({ afterStar: at > first, items });
    while (at < bytes.length && bytes[at] !== "*") {
      const { item, end } = itemAt(bytes, at, pattern);
      items.push(item);
      at = end;
    }
  }
  return chunks;
}

function itemAt(bytes: string, at: number, pattern: string): { readonly item: Item; readonly end: number } {
  if (bytes[at] === "?") return { item: "?", end: at + 1 };
  if (bytes[at] === "[") return classAt(bytes, at + 1, pattern);
  const escaped = bytes[at] === "\\" ? 1 : 0;
  if (at + escaped >= bytes.length) throw malformed(pattern);
  return { item: bytes.charCodeAt(at + escaped), end: at + escaped + 1 };
}

function classAt(
  bytes: string,
  from: number,
  pattern: string,
): { readonly item: CharacterClass; readonly end: number } {
  const isNegated = bytes[from] === "^";
  const ranges: [number, number][] = [];
  let at = isNegated ? from + 1 : from;
  const bound = (): number => {
    if (at >= bytes.length || bytes[at] === "-" || bytes[at] === "]") throw malformed(pattern);
    if (bytes[at] === "\\") at += 1;
    const { rune, size, isValid } = utf8Rune(bytes, at);
    at += size;
    if (!isValid || at >= bytes.length) throw malformed(pattern);
    return rune;
  };
  while (bytes[at] !== "]" || ranges.length === 0) {
    const low = bound();
    if (bytes[at] === "-") at += 1;
    else {
      ranges.push([low, low]);
      continue;
    }
    // A reversed range matches nothing, as in Go.
    ranges.push([low, bound()]);
  }
  return { item: { isNegated, ranges }, end: at + 1 };
}

const malformed = (pattern: string): Error => new Error(`syntax error in pattern '${pattern}'`);
