/** The start settings of a process. */
export interface Start {
  /** The command as a line for a shell, which only runs it if it needs one. */
  readonly line: string;
  /** The reason, in words for the log. */
  readonly source: string;
  /** The folder that it runs in, relative to the app. */
  readonly dir: string;
  /** A hint to change it. */
  readonly otherwise?: string;
  readonly warnings?: readonly string[];
}

/** The start settings of each process, by type. */
export type Starts = Readonly<Record<string, Start>>;

/** Quotes a word for a shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The hint in the log on how to override an automatic choice. */
export const otherwise = "write another command behind web: in a Procfile, or set BP_JAVA_START";
