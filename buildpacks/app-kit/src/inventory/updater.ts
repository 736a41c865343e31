/**
 * A command that updates files of the repository from published data, such as the releases in a
 * buildpack.toml.
 */
export interface Updater {
  /** The command: `npm run inventory`. */
  readonly command: string;
  /** A description in one or two sentences. */
  readonly about: string;
  /** Its flags in addition to the common --check, --file and --help. */
  readonly flags?: Readonly<Record<string, UpdaterFlag>>;
  /**
   * The file that it writes, as an absolute path, which `--file` overrides. With several there is
   * no such flag.
   */
  readonly file: string | readonly string[];
  /** @param texts the current files, in the order of `file`; "" for a missing one */
  refresh(texts: readonly string[], flags: Readonly<Record<string, string | undefined>>): Promise<Refreshed>;
}

/** A flag with a value. */
export interface UpdaterFlag {
  /** The form of its value in the usage: `20,22,24`. */
  readonly value: string;
  readonly about: string;
  readonly default?: string;
}

/** The result of an updater. */
export interface Refreshed {
  /** The files as they should be, in the same order. */
  readonly texts: readonly string[];
  /** Unreadable sources, one sentence each: their part is left unchanged. */
  readonly failures?: readonly string[];
  /** The changes, one line each. */
  readonly changes?: readonly string[];
}

/** The usage text of the command. */
export function usageOf({ command, about, flags = {}, file }: Updater): string {
  const isOne = typeof file === "string";
  const all: readonly (readonly [string, string, string])[] = [
    ["check", "", "changes nothing; the exit code is 1 if something is newer, 2 if a source cannot be reached"],
    ...Object.entries(flags).map(([name, flag]) => [name, flag.value, flag.about] as const),
    ...(isOne ? ([["file", "file", "the file to write instead of the repository's own"]] as const) : []),
  ];
  const width = Math.max(...all.map(([name]) => name.length)) + 4;
  const shown = all.map(([name, value]) => ` [--${name}${value === "" ? "" : ` <${value}>`}]`).join("");
  const lines = all.map(([name, , text]) => `  ${`--${name}`.padEnd(width)}${text}`);
  return `${about}\n\n  ${command} --${shown}\n\n${lines.join("\n")}\n`;
}

/**
 * The exit code. 0: done, or nothing to do. 1, with `--check`: a newer release exists. 2: a source
 * could not be read. 3: an error.
 */
export function exitCode(isCheck: boolean, isNew: boolean, failures: readonly string[] = []): number {
  if (!isCheck) return 0;
  return failures.length > 0 ? 2 : isNew ? 1 : 0;
}
