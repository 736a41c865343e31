/** The start settings of a process. */
export interface Start {
  /** The command as a line for a shell. A shell only runs it if the line needs one. */
  readonly line: string;
  /** The reason for the command, in words for the log. */
  readonly source: string;
  /** The working directory, relative to the app. */
  readonly dir: string;
  /** The environment variables of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** A hint on how to change the command. */
  readonly otherwise?: string;
  readonly warnings?: readonly string[];
}

/** The start settings of each process, by type. */
export type Starts = Readonly<Record<string, Start>>;

/**
 * True if servers can import a file by its path. Paths that a shell would interpret, or that a
 * program would read as an option, are excluded.
 */
export const isImportable = (file: string): boolean =>
  /^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_-]*(\/[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_-]*)*\.py$/u.test(file);

/** Quotes a file's path for a shell, and ensures that no program reads the path as an option. */
export const quotedFile = (file: string): string => quoted(file.startsWith("-") ? `./${file}` : file);

/** Quotes a word for a shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** A possible start of an app, or the reason why it is not possible. */
export type Guess = { readonly start: Start } | Obstacle;

/** The reason why a candidate for the start of an app cannot be used, with a hint. */
export interface Obstacle {
  /** The reason as a sentence without a full stop. */
  readonly obstacle: string;
  readonly hint: string;
}
