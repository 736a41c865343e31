/**
 * A command that updates files of the repository from published data, such as the releases in a
 * buildpack.toml.
 */
export interface Updater {
  /** The command line, for example `npm run inventory`. */
  readonly command: string;
  /** A description in one or two sentences. */
  readonly about: string;
  /** The flags in addition to the common flags --check, --file and --help. */
  readonly flags?: Readonly<Record<string, UpdaterFlag>>;
  /**
   * The absolute path of the file to write, which `--file` overrides. If there are several files,
   * `--file` is not available.
   */
  readonly file: string | readonly string[];
  /**
   * Computes the new texts. @param texts the current texts of the files, in the order of `file`; ""
   * for a missing file
   */
  refresh(texts: readonly string[], flags: Readonly<Record<string, string | undefined>>): Promise<Refreshed>;
}

/** A command-line flag of an updater. The flag takes a value. */
export interface UpdaterFlag {
  /** The form of the flag's value in the usage: `20,22,24`. */
  readonly value: string;
  readonly about: string;
  readonly default?: string;
}

/** The result of an updater: the new texts, and descriptions of changes and failures. */
export interface Refreshed {
  /** The new texts of the files, in the order of `file`. */
  readonly texts: readonly string[];
  /**
   * Sources that could not be read, one sentence each. The parts of the files that come from these
   * sources are unchanged.
   */
  readonly failures?: readonly string[];
  /** The changes of the files, one line each. */
  readonly changes?: readonly string[];
}

/** The usage text of the command. */
export function usageOf({ command, about, flags = {}, file }: Updater): string {
  const isOne = typeof file === "string";
  const all: readonly (readonly [string, string, string])[] = [
    ["check", "", "writes no file; the exit code is 1 if a newer release exists, 2 if a source cannot be reached"],
    ...Object.entries(flags).map(([name, flag]) => [name, flag.value, flag.about] as const),
    ...(isOne ? ([["file", "file", "the file to write instead of the one in the repository"]] as const) : []),
  ];
  const width = Math.max(...all.map(([name]) => name.length)) + 4;
  const shown = all.map(([name, value]) => ` [--${name}${value === "" ? "" : ` <${value}>`}]`).join("");
  const lines = all.map(([name, , text]) => `  ${`--${name}`.padEnd(width)}${text}`);
  return `${about}\n\n  ${command} --${shown}\n\n${lines.join("\n")}\n`;
}

/**
 * Returns the exit code of an updater: 0 without `--check`. With `--check`, 0 means that the files
 * are up to date, 1 that a newer release exists, and 2 that a source could not be read.
 */
export function exitCode(isCheck: boolean, isNew: boolean, failures: readonly string[] = []): number {
  if (!isCheck) return 0;
  if (failures.length > 0) return 2;
  return isNew ? 1 : 0;
}
