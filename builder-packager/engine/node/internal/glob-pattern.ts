/*
 * Glob patterns as Node.js understands them, which are those of minimatch: `*`, `?`, `[…]`, `**` as a whole segment, braces
 * and `+(…)`-like groups. A segment becomes a regular expression; `*`, `?` and `[…]` do not match a leading dot.
 */

/** The pattern segment `**`. Matches any number of segments that do not begin with a dot. */
export const globstar = Symbol("**");

/**
 * One path segment of a pattern. A segment without wildcards is a string, so the file can be looked
 * up directly.
 */
export type Segment = string | RegExp | typeof globstar;

/** Returns the alternatives of a pattern, each split into segments. */
export const patternsOf = (pattern: string): readonly (readonly Segment[])[] =>
  // Node.js takes a backslash for a separator on all systems, so nothing can be escaped but by `[…]`.
  expandBraces(pattern.replaceAll("\\", "/")).map((each) => withoutDots(each.split(/\/+/)).map(segmentOf));

/**
 * Returns the names of a path or pattern without `.` and without pairs of a name and `..`, as minimatch
 * does.
 */
export function withoutDots(path: readonly string[]): readonly string[] {
  const names = path.filter((name, index) => index === 0 || index === path.length - 1 || name !== ".");
  if (names.length === 2 && names[0] === "." && (names[1] === "." || names[1] === "")) {
    names.pop();
  }
  for (let index = names.indexOf("..", 1); index !== -1; index = names.indexOf("..", index + 1)) {
    const before = names[index - 1];
    if (before && ![".", "..", "**"].includes(before)) {
      names.splice(index - 1, 2);
      index = Math.max(index - 2, 0);
    }
  }
  return names.length === 0 ? [""] : names;
}

export function matchesSegment(name: string, segment: Segment): boolean {
  if (typeof segment === "string") {
    return name === segment;
  }
  return segment === globstar ? !name.startsWith(".") : segment.test(name);
}

function segmentOf(text: string): Segment {
  if (text === "**") {
    return globstar;
  }
  return /[*?[]|[+@!]\(/.test(text) ? regExpOf(text) : text;
}

/** Expands braces: `a{b,c}d` becomes `abd` and `acd`, `{1..3}` becomes `1`, `2` and `3`. */
export function expandBraces(pattern: string): readonly string[] {
  const open = openBrace(pattern, 0);
  if (open === -1) {
    return [pattern];
  }
  const close = closingBrace(pattern, open);
  if (close === -1) {
    return [pattern];
  }
  const before = pattern.slice(0, open);
  const members = alternatives(pattern.slice(open + 1, close));
  const rests = expandBraces(pattern.slice(close + 1));
  if (members === undefined) {
    return rests.map((rest) => `${before}{${pattern.slice(open + 1, close)}}${rest}`);
  }
  return members.flatMap((member) => rests.map((rest) => `${before}${member}${rest}`));
}

/** The first brace that is not one of `${`. */
function openBrace(pattern: string, from: number): number {
  for (let index = from; index < pattern.length; index++) {
    if (pattern[index] === "{" && pattern[index - 1] !== "$") {
      return index;
    }
  }
  return -1;
}

function closingBrace(pattern: string, open: number): number {
  let depth = 0;
  for (let index = open; index < pattern.length; index++) {
    const character = pattern[index];
    if (character === "{") {
      depth++;
    } else if (character === "}" && --depth === 0) {
      return index;
    }
  }
  return -1;
}

/** Undefined if the braces have neither a comma nor a range, so that they stand for themselves. */
function alternatives(inner: string): readonly string[] | undefined {
  const parts = splitAtCommas(inner);
  if (parts.length > 1) {
    return parts.flatMap(expandBraces);
  }
  return range(inner);
}

function splitAtCommas(inner: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < inner.length; index++) {
    const character = inner[index];
    if (character === "{") {
      depth++;
    } else if (character === "}") {
      depth--;
    } else if (character === "," && depth === 0) {
      parts.push(inner.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, inner.slice(start)];
}

function range(inner: string): readonly string[] | undefined {
  const numbers = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$/.exec(inner);
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d+))?$/.exec(inner);
  const [, first = "", last = "", step = "1"] = numbers ?? letters ?? [];
  if (first === "") {
    return undefined;
  }
  const numberAt = (text: string): number => (numbers ? Number(text) : text.charCodeAt(0));
  const width = [first, last].some((text) => /^-?0\d/.test(text)) ? Math.max(first.length, last.length) : 0;
  const by = Math.max(Math.abs(Number(step)), 1);
  const direction = numberAt(last) < numberAt(first) ? -1 : 1;
  const count = Math.floor(Math.abs(numberAt(last) - numberAt(first)) / by) + 1;
  return Array.from({ length: count }, (_, index) => {
    const value = numberAt(first) + index * by * direction;
    if (!numbers) {
      return String.fromCharCode(value);
    }
    return `${value < 0 ? "-" : ""}${String(Math.abs(value)).padStart(value < 0 ? width - 1 : width, "0")}`;
  });
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** In a class a hyphen has a meaning, and outside of it it cannot be escaped. */
const escapedInClass = (text: string): string => escaped(text).replace("-", "\\-");

function regExpOf(segment: string): RegExp {
  const { source } = translated(segment, 0, "");
  // A wildcard at the start does not match a dot, nor `.` and `..`.
  const guard = /^(?:[*?[]|[+@!?*]\()/.test(segment) ? "(?!\\.)" : "";
  // `*` alone needs a character.
  const filled = /^\*+$/.test(segment) ? "(?=.)" : "";
  return new RegExp(`^${guard}${filled}${source}$`, "su");
}

interface Translation {
  readonly source: string;
  readonly end: number;
}

/** Translates up to one of the characters in `until`, which end a member of a group. */
function translated(text: string, from: number, until: string): Translation {
  let source = "";
  let index = from;
  while (index < text.length && !until.includes(text[index] ?? "")) {
    const step = stepAt(text, index);
    source += step.source;
    index = step.end;
  }
  return { source, end: index };
}

function stepAt(text: string, index: number): Translation {
  const character = String.fromCodePoint(text.codePointAt(index) ?? 0);
  const group = text[index + 1] === "(" && "+@!?*".includes(character) ? groupAt(text, index) : undefined;
  if (group !== undefined) {
    return group;
  }
  if (character === "*") {
    let end = index + 1;
    while (text[end] === "*" && text[end + 1] !== "(") {
      end++;
    }
    return { source: ".*?", end };
  }
  if (character === "?") {
    return { source: ".", end: index + 1 };
  }
  if (character === "[") {
    return classAt(text, index) ?? { source: "\\[", end: index + 1 };
  }
  return { source: escaped(character), end: index + character.length };
}

/** `+(a|b)`; undefined if it is not closed. */
function groupAt(text: string, index: number): Translation | undefined {
  const members: string[] = [];
  let end = index + 1;
  do {
    const member = translated(text, end + 1, "|)");
    members.push(member.source);
    end = member.end;
  } while (text[end] === "|");
  if (text[end] !== ")") {
    return undefined;
  }
  const inner = members.join("|");
  if (text[index] === "!") {
    const rest = translated(text, end + 1, "|)");
    return { source: `(?:(?!(?:${inner})${rest.source}$).*?)`, end: end + 1 };
  }
  const repeat = { "+": "+", "*": "*", "?": "?", "@": "" }[text[index] ?? ""] ?? "";
  return { source: `(?:${inner})${repeat}`, end: end + 1 };
}

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: "\\p{L}\\p{Nl}\\p{Nd}",
  alpha: "\\p{L}\\p{Nl}",
  ascii: "\\x00-\\x7f",
  blank: "\\p{Zs}\\t",
  cntrl: "\\p{Cc}",
  digit: "\\p{Nd}",
  lower: "\\p{Ll}",
  print: "\\P{C}",
  punct: "\\p{P}",
  space: "\\p{Z}\\t\\r\\n\\v\\f",
  upper: "\\p{Lu}",
  word: "\\p{L}\\p{Nl}\\p{Nd}\\p{Pc}",
  xdigit: "A-Fa-f0-9",
};

/** `[a-z]`; undefined if it is not closed. */
function classAt(text: string, index: number): Translation | undefined {
  const isNegated = text[index + 1] === "!" || text[index + 1] === "^";
  const start = index + (isNegated ? 2 : 1);
  let members = "";
  let at = start;
  while (at < text.length && (text[at] !== "]" || at === start)) {
    const named = /^\[:([a-z]+):\]/.exec(text.slice(at));
    const source = named ? POSIX_CLASSES[named[1] ?? ""] : undefined;
    if (named && source !== undefined) {
      members += source;
      at += named[0].length;
      continue;
    }
    const span = /^(.)-([^\]])/su.exec(text.slice(at));
    if (span) {
      members += spanOf(span[1] ?? "", span[2] ?? "");
      at += span[0].length;
      continue;
    }
    const member = String.fromCodePoint(text.codePointAt(at) ?? 0);
    members += escapedInClass(member);
    at += member.length;
  }
  if (text[at] !== "]") {
    return undefined;
  }
  // A range in the wrong order matches nothing.
  const matchNothing = isNegated ? "." : "(?!)";
  return { source: members === "" ? matchNothing : `[${isNegated ? "^" : ""}${members}]`, end: at + 1 };
}

function spanOf(first: string, last: string): string {
  const isOrdered = (first.codePointAt(0) ?? 0) <= (last.codePointAt(0) ?? 0);
  return isOrdered ? `${escapedInClass(first)}-${escapedInClass(last)}` : "";
}
