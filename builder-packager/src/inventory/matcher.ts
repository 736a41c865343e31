import { type Variables, variableOrText, variablesIn } from "./template.ts";

/**
 * A function that returns the values of the variables with which a template is equal to the text;
 * undefined if there are none.
 */
export type Matcher = (text: string) => Variables | undefined;

/** A longer name of a file or a tag is not a release. */
const longestName = 500;
const longestValue = 100;

/** A part of a template: a text, or a variable. */
interface Part {
  readonly text: string;
  readonly variable?: { readonly name: string; readonly isNumber: boolean } | undefined;
}

/**
 * Compiles a template to a matcher. `{version}` matches a version, and `{build:number}` matches
 * digits. Any other variable matches letters, digits, `_`, `.`, `+` and `-`, as few as possible.
 *
 * @example `matcherOf("jq-linux-{arch}")("jq-linux-amd64") // { arch: "amd64" }`
 */
export function matcherOf(template: string): Matcher {
  const parts = Array.from(
    template.matchAll(variableOrText),
    ([text, name, format]): Part => ({
      text,
      variable: name === undefined ? undefined : { name, isNumber: format === "number" },
    }),
  );
  const names = variablesIn(template);
  const match = new Set(names).size === names.length ? matcherOfDistinct(parts) : matcherOfRepeated(parts);
  return (text) => (text.length > longestName ? undefined : match(text));
}

/**
 * Matches a template whose variables are all different, in linear time: a regular expression tries
 * each combination of lengths, and an index can have 200,000 names.
 */
const matcherOfDistinct =
  (parts: readonly Part[]): Matcher =>
  (text) => {
    const ends = endsIn(text, parts);
    const values: [string, string][] = [];
    let start = 0;
    for (const [index, { variable }] of parts.entries()) {
      const end = ends[index]?.[start] ?? none;
      if (end === none) return undefined;
      if (variable !== undefined) values.push([variable.name, text.slice(start, end)]);
      start = end;
    }
    return start === text.length ? Object.fromEntries(values) : undefined;
  };

const none = -1;

/** Returns for each part, by its start in the text, the end behind which the other parts match the rest. */
function endsIn(text: string, parts: readonly Part[]): readonly Int16Array[] {
  let starts: Int16Array = new Int16Array(text.length + 1).fill(none);
  starts[text.length] = text.length;
  const all = parts.toReversed().map((part) => {
    starts =
      part.variable === undefined ? endsOfText(text, part.text, starts) : endsOfValue(text, part.variable, starts);
    return starts;
  });
  return all.reverse();
}

const endsOfText = (text: string, part: string, next: Int16Array): Int16Array =>
  next.map((_, start) => {
    const end = start + part.length;
    return (next[end] ?? none) !== none && text.startsWith(part, start) ? end : none;
  });

/** The ends of the shortest values; of the longest ones for a number. */
function endsOfValue(text: string, { name, isNumber }: NonNullable<Part["variable"]>, next: Int16Array): Int16Array {
  const ends = new Int16Array(text.length + 1).fill(none);
  const before = lastMatches(next);
  let [length, nearest] = [0, none];
  for (let start = text.length - 1; start >= 0; start--) {
    const character = text[start] ?? "";
    if ((next[start + 1] ?? none) !== none) nearest = start + 1;
    length = (isNumber ? /\d/ : /[\w.+-]/).test(character) ? Math.min(length + 1, longestValue) : 0;
    if (name === "version" && !/\d/.test(character)) continue;
    const end = isNumber ? (before[start + length] ?? none) : nearest;
    if (end > start && end <= start + length) ends[start] = end;
  }
  return ends;
}

/** The last position up to each one at which the next part matches. */
function lastMatches(next: Int16Array): Int16Array {
  let last = none;
  return next.map((end, position) => {
    if (end !== none) last = position;
    return last;
  });
}

/** Matches a template that has a variable several times, which must have one value. */
function matcherOfRepeated(parts: readonly Part[]): Matcher {
  const names = [...new Set(parts.flatMap(({ variable }) => variable?.name ?? []))];
  const known = new Set<string>();
  const patterns = parts.map(({ text, variable }) => {
    if (variable === undefined) return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
    const { name, isNumber } = variable;
    const group = `v${names.indexOf(name)}`;
    if (known.has(name)) return `\\k<${group}>`;
    known.add(name);
    return `(?<${group}>${isNumber ? "\\d{1,100}" : patternOf(name)})`;
  });
  const pattern = new RegExp(`^${patterns.join("")}$`);
  return (text) => {
    const match = pattern.exec(text);
    return match === null
      ? undefined
      : Object.fromEntries(names.map((name) => [name, match.groups?.[`v${names.indexOf(name)}`]]));
  };
}

const patternOf = (name: string): string => (name === "version" ? "\\d[\\w.+-]{0,99}?" : "[\\w.+-]{1,100}?");
