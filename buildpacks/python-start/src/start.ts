/** The start settings of a process. */
export interface Start {
  /** The command as a line for a shell, which only runs it if it needs one. */
  readonly line: string;
  /** The reason, in words for the log. */
  readonly source: string;
  /** The folder that it runs in, relative to the app. */
  readonly dir: string;
  /** Variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** A hint to change it. */
  readonly otherwise?: string;
  readonly warnings?: readonly string[];
}

/** The start settings of each process, by type. */
export type Starts = Readonly<Record<string, Start>>;

/** True if servers can import a file by its name, which must be neither special to a shell nor an option. */
export const isImportable = (file: string): boolean =>
  /^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_-]*(\/[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_-]*)*\.py$/u.test(file);

/** A file as a word for a shell, which no program takes for an option. */
export const quotedFile = (file: string): string => quoted(file.startsWith("-") ? `./${file}` : file);

/** A word for a shell that means itself. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
