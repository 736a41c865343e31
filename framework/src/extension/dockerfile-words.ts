import { type DockerfileLine, jsonWords } from "./dockerfile-lines.ts";
import { startsWithSpace } from "./white-space.ts";

/** The arguments of an instruction, or the reason why they cannot be parsed. */
export type Words = { readonly words: readonly string[] } | { readonly problem: string };

/** Parses the arguments of an instruction: words separated by white space, or a JSON list. */
export function listWords(rest: string): Words {
  return jsonOr(rest, spaceWords);
}

/** Parses the arguments of an instruction such as `CMD`: one string, or a JSON list of words. */
export function commandWords(rest: string): Words {
  return jsonOr(rest, (text) => (text === "" ? [] : [text]));
}

function jsonOr(rest: string, other: (rest: string) => readonly string[]): Words {
  const words = jsonWords(rest);
  if (words === "mixed") return { problem: "has a JSON list with values other than strings" };
  return { words: words ?? other(rest) };
}

export const spaceWords = (rest: string): readonly string[] => (rest === "" ? [] : rest.split(/[\t\v\f\r ]+/));

/**
 * Returns the names of the variables that an instruction such as `ENV` sets, in the form
 * `NAME=value …` or in the older form `NAME value`.
 */
export function assignedNames({ name, rest }: DockerfileLine, escapeChar: string): Words {
  const words = quotedWords(rest, escapeChar);
  const [first] = words;
  if (first === undefined) return { problem: `needs a name and a value` };
  if (!first.includes("=")) {
    return /[\t\v\f\r ]/.test(rest)
      ? { words: [rest.split(/[\t\v\f\r ]+/, 1)[0] ?? ""] }
      : { problem: `has no value for ${JSON.stringify(first)}` };
  }
  const bare = words.find((word) => !word.includes("="));
  if (bare !== undefined)
    return { problem: `has ${JSON.stringify(bare)} where ${name.toUpperCase()} takes NAME=value only` };
  const names = words.map((word) => word.slice(0, word.indexOf("=")));
  return names.includes("") ? { problem: "has an assignment without a name" } : { words: names };
}

/** Splits a text at white space outside of quotes. The quotes are kept. */
export function quotedWords(rest: string, escapeChar: string): readonly string[] {
  const words: string[] = [];
  let [word, quote, isWord] = ["", "", false];
  for (let at = 0; at < rest.length; at++) {
    const char = rest[at] ?? "";
    if (quote === "" && startsWithSpace(char)) {
      if (isWord) words.push(word);
      [word, isWord] = ["", false];
      continue;
    }
    if (char === escapeChar && quote !== "'") {
      // at the very end it escapes nothing and is dropped
      if (at + 1 < rest.length) word += char + rest[++at];
    } else {
      if (quote === "" && (char === "'" || char === '"')) quote = char;
      else if (char === quote) quote = "";
      word += char;
    }
    isWord = word !== "";
  }
  return isWord ? [...words, word] : words;
}
