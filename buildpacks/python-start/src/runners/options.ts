/**
 * The options in a tool's command that precede the program that the tool runs, as in
 * `uv run --group web gunicorn`.
 */
export interface Options {
  /** Values by the long name of the option. The value of a flag is empty. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** The index of the first word after the options. */
  readonly next: number;
}

/** The option names of a tool. */
export interface OptionNames {
  /** Options that have a value. All other options are flags. */
  readonly valued: ReadonlySet<string>;
  /** Long names by short names, for the options that this buildpack reads. */
  readonly long: Readonly<Record<string, string>>;
}

/**
 * Parses options such as `--group web`, `--group=web` or `-v`, starting with the word at index
 * `from`.
 */
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

/** Concatenates two sequences of options. */
export const joined = (first: Options, second: Options): Options => ({
  values: new Map(
    [...first.values.keys(), ...second.values.keys()].map((name) => [
      name,
      [...(first.values.get(name) ?? []), ...(second.values.get(name) ?? [])],
    ]),
  ),
  next: second.next,
});
