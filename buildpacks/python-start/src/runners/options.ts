/** Options before the program that a tool is to run. */
export interface Options {
  /** Values by the long name of the option; those of flags are empty. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** The index of the first word behind them. */
  readonly next: number;
}

/** The option names of a tool. */
export interface OptionNames {
  /** Options with a value. All others are flags. */
  readonly valued: ReadonlySet<string>;
  /** Long names by short ones, of those that mean something here. */
  readonly long: Readonly<Record<string, string>>;
}

/** Reads options from a word on: `--group web`, `--group=web`, `-v`. */
export function optionsIn(words: readonly string[], from: number, { valued, long }: OptionNames): Options {
  const values = new Map<string, string[]>();
  let next = from;
  for (; next < words.length; next += 1) {
    const word = words[next] ?? "";
    if (word === "--") return { values, next: next + 1 };
    if (!word.startsWith("-")) break;
    const [, name = "", value] = /^([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const full = long[name] ?? name;
    const takesNext = value === undefined && valued.has(full);
    values.set(full, [...(values.get(full) ?? []), takesNext ? (words[next + 1] ?? "") : (value ?? "")]);
    if (takesNext) next += 1;
  }
  return { values, next: Math.min(next, words.length) };
}

/** The values of two runs of options. */
export const joined = (first: Options, second: Options): Options => ({
  values: new Map(
    [...first.values.keys(), ...second.values.keys()].map((name) => [
      name,
      [...(first.values.get(name) ?? []), ...(second.values.get(name) ?? [])],
    ]),
  ),
  next: second.next,
});
