import { refuse } from "../internal/lacking.ts";

/*
 * The methods that depend on a language, for English: what needs no tables. Everything else is refused, because the results of
 * the engine's own methods differ from those of Node.js.
 */

type Locales = string | readonly string[] | undefined;

const isEnglish = (locales: Locales): boolean => locales === undefined || /^en(-[A-Z]{2})?$/.test(String(locales));

/** The characters of ASCII in the order of Unicode's root collation. The other control characters are ignored. */
const order =
  "\t\n\u000b\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ";
const firstLetter = order.indexOf("a");
/** The rank of each character, which a letter has in both cases; -1 if the character is ignored. */
const ranks = Array.from({ length: 128 }, (_, code) => {
  const index = order.indexOf(String.fromCharCode(code));
  return index < firstLetter ? index : index - ((index - firstLetter) % 2);
});

interface Comparing {
  readonly numeric?: boolean;
  readonly sensitivity?: "base" | "accent" | "case" | "variant";
}

/** `String.prototype.localeCompare` of texts whose difference is in ASCII. */
function localeCompare(this: unknown, that: unknown, locales?: Locales, options: Comparing = {}): number {
  const [one, other] = [textOf(this, "localeCompare"), String(that)];
  const { numeric = false, sensitivity = "variant", ...others } = options;
  if (!isEnglish(locales) || Object.keys(others).length > 0) {
    return refuse("localeCompare with other options than numeric and sensitivity in English");
  }
  const { byRank, byCase } = comparison(one, other, numeric);
  return byRank !== 0 || sensitivity === "base" || sensitivity === "accent" ? byRank : byCase;
}

function textOf(value: unknown, method: string): string {
  if (value === undefined || value === null) {
    throw new TypeError(`String.prototype.${method} called on null or undefined`);
  }
  return String(value);
}

/** The sign of the first difference in ranks, and of the first difference between small and capital letters. */
function comparison(
  one: string,
  other: string,
  numeric: boolean,
): { readonly byRank: number; readonly byCase: number } {
  let byCase = 0;
  let i = firstDifference(one, other, numeric);
  for (let j = i; ; i++, j++) {
    i = nextRanked(one, i);
    j = nextRanked(other, j);
    if (i === one.length || j === other.length) {
      return { byRank: Math.sign(one.length - i - (other.length - j)), byCase };
    }
    const [first, second] = [one.charCodeAt(i), other.charCodeAt(j)];
    if (numeric && isDigit(first) && isDigit(second)) {
      const [number, against] = [digitsAt(one, i), digitsAt(other, j)];
      const byNumber = compareNumbers(number, against);
      if (byNumber !== 0) {
        return { byRank: byNumber, byCase };
      }
      i += number.length - 1;
      j += against.length - 1;
      continue;
    }
    const byRank = Math.sign((ranks[first] ?? 0) - (ranks[second] ?? 0));
    if (byRank !== 0) {
      return { byRank, byCase };
    }
    byCase ||= Math.sign(second - first); // capital letters have lower codes
  }
}

/** The index from which the texts differ; in numeric order, the start of the number in which they differ. */
function firstDifference(one: string, other: string, numeric: boolean): number {
  let index = 0;
  while (index < one.length && one.charCodeAt(index) === other.charCodeAt(index)) {
    index++;
  }
  while (numeric && isDigit(one.charCodeAt(index - 1))) {
    index--;
  }
  return index;
}

/** The index of the next character that is not ignored. */
function nextRanked(text: string, start: number): number {
  for (let index = start; index < text.length; index++) {
    const rank = ranks[text.charCodeAt(index)] ?? refuse("localeCompare of texts beyond ASCII");
    if (rank >= 0) {
      return index;
    }
  }
  return text.length;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

function digitsAt(text: string, start: number): string {
  let end = start;
  while (isDigit(text.charCodeAt(end))) {
    end++;
  }
  return text.charCodeAt(end) > 127 ? refuse("localeCompare of texts beyond ASCII") : text.slice(start, end);
}

function compareNumbers(one: string, other: string): number {
  const [number, against] = [one.replace(/^0+(?=.)/, ""), other.replace(/^0+(?=.)/, "")];
  if (number.length !== against.length) {
    return Math.sign(number.length - against.length);
  }
  return Number(number > against) - Number(number < against);
}

function numberToLocaleString(this: unknown, locales?: Locales, options?: object): string {
  const value = Number.prototype.valueOf.call(this);
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    return refuse("toLocaleString of other numbers than integers");
  }
  return grouped(String(value), locales, options);
}

function grouped(digits: string, locales: Locales, options: object = {}): string {
  if (!isEnglish(locales) || Object.keys(options).length > 0) {
    return refuse("toLocaleString with options or in other languages than English");
  }
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** The methods by their classes. */
export const methods: Readonly<Record<string, Readonly<Record<string, (...args: never[]) => unknown>>>> = {
  String: {
    localeCompare,
    toLocaleLowerCase(this: unknown, locales?: Locales) {
      const text = textOf(this, "toLocaleLowerCase");
      return isEnglish(locales) ? text.toLowerCase() : refuse("toLocaleLowerCase in other languages than English");
    },
    toLocaleUpperCase(this: unknown, locales?: Locales) {
      const text = textOf(this, "toLocaleUpperCase");
      return isEnglish(locales) ? text.toUpperCase() : refuse("toLocaleUpperCase in other languages than English");
    },
  },
  Number: { toLocaleString: numberToLocaleString },
  BigInt: {
    toLocaleString(this: unknown, locales?: Locales, options?: object) {
      return grouped(String(BigInt.prototype.valueOf.call(this)), locales, options);
    },
  },
  Date: {
    toLocaleString: () => refuse("Date.prototype.toLocaleString"),
    toLocaleDateString: () => refuse("Date.prototype.toLocaleDateString"),
    toLocaleTimeString: () => refuse("Date.prototype.toLocaleTimeString"),
  },
};
