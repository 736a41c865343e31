/* Texts for which a regular expression may need many steps. */

/** A text is `prefix`, `pump` many times, and `suffix`. */
export type Attack = readonly [prefix: string, pump: string, suffix: string];

type Part =
  | { readonly kind: "set"; readonly source: string }
  | { readonly kind: "group"; readonly options: readonly Item[][]; readonly isEmpty: boolean }
  | { readonly kind: "nothing" };

/** A part and how often it may be repeated. */
interface Item {
  readonly part: Part;
  readonly min: number;
  readonly max: number;
}

const opening = /^\((?:\?(?:[:=!]|<[=!]|<[A-Za-z_]\w*>|[a-z-]+:))?/;
const oneSet = /^(?:\[(?:\\.|[^\]\\])*\]|\\[pPu]\{[^}]*\}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\k<\w+>|\\.|.)/su;
const quantifier = /^(?:([*+?])|\{(\d+)(,)?(\d+)?\})\??/;

/** A parser that knows as much of the syntax as samples need. */
class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  alternatives(): readonly Item[][] {
    const options: Item[][] = [[]];
    while (this.#at < this.#source.length && this.#source[this.#at] !== ")") {
      if (this.#source[this.#at] === "|") {
        this.#at += 1;
        options.push([]);
      } else options.at(-1)?.push(this.#item());
    }
    return options;
  }

  #item(): Item {
    const part = this.#part();
    const [all = "", symbol, low, comma, high] = quantifier.exec(this.#source.slice(this.#at)) ?? [];
    this.#at += all.length;
    if (all === "") return { part, min: 1, max: 1 };
    const most = Number.POSITIVE_INFINITY;
    if (symbol !== undefined) return { part, min: symbol === "+" ? 1 : 0, max: symbol === "?" ? 1 : most };
    return { part, min: Number(low), max: Number(high ?? (comma ? most : low)) };
  }

  #part(): Part {
    const rest = this.#source.slice(this.#at);
    const [open] = opening.exec(rest) ?? [];
    if (open !== undefined) {
      this.#at += open.length;
      const options = this.alternatives();
      this.#at += 1;
      return { kind: "group", options, isEmpty: /^\(\?<?[=!]$/.test(open) };
    }
    const [set = ""] = oneSet.exec(rest) ?? [];
    this.#at += set.length || 1;
    return /^(?:[\^$]|\\[bB]|\\k.*|\\[1-9])$/.test(set) ? { kind: "nothing" } : { kind: "set", source: set };
  }
}

/** The texts that occur in many sets, and one that ends them: a text that no set contains is the last one. */
const common = [..."a0 \t\n-./\"'\\=:;,_#<>@A*!é\r({[|", "\u0000"];
const suffixes = ["", "\u0000", "\n!"];

/** Texts in which each part that can be repeated without end is repeated, with different failures at the end. */
export function attacksOn(source: string, flags: string): readonly Attack[] {
  const isLetter = (character: string) => /[a-zA-Z0-9]/.test(character);
  const pool = [...new Set([...[...source].filter((each) => !isLetter(each)), ...common, ...source])];
  const samples = ({ part }: Item): readonly string[] => {
    if (part.kind === "set") return members(part.source, flags, pool);
    if (part.kind === "nothing" || part.isEmpty) return [""];
    return part.options.slice(0, 4).map(sample);
  };
  const sample = (items: readonly Item[]): string =>
    items.map((item) => (samples(item)[0] ?? "").repeat(Math.min(item.max === 1 ? 1 : item.min, 8))).join("");
  const words = [...new Set(source.replace(/\\[a-zA-Z]/g, " ").match(/[A-Za-z]{2,}/g) ?? [])].slice(0, 4);

  const found: Attack[] = [];
  const add = (prefix: string, pump: string) => {
    if (pump !== "") for (const suffix of suffixes) found.push([prefix, pump, suffix]);
  };
  const walk = (options: readonly Item[][], before: string): void => {
    for (const items of options)
      for (const [index, item] of items.entries()) {
        const prefix = before + sample(items.slice(0, index));
        if (item.max > 20) {
          for (const pump of [...samples(item), ...words]) add(prefix, pump);
          if (prefix !== "") for (const pump of samples(item)) add("", prefix + pump);
        }
        if (item.part.kind === "group") walk(item.part.options, prefix);
      }
  };
  const whole = new Parser(source).alternatives();
  walk(whole, "");
  for (const option of whole) {
    add("", sample(option));
    add("", sample(option).slice(0, -1));
  }
  return found;
}

/** Characters that are in a set. */
function members(set: string, flags: string, pool: readonly string[]): readonly string[] {
  try {
    const expression = new RegExp(`^(?:${set})$`, flags.replace(/[gy]/g, ""));
    const found = pool.filter((character) => expression.test(character));
    return found.length > 0 ? found.slice(0, 6) : ["a"];
  } catch {
    return ["a"];
  }
}
