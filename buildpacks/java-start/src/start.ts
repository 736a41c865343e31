/** The start settings of a process. */
export interface Start {
  /** The command as a line for a shell. A shell only runs it if the line needs one. */
  readonly line: string;
  /** The reason for the command, in words for the log. */
  readonly source: string;
  /** The working directory, relative to the app. */
  readonly dir: string;
  /** A hint on how to change the command. */
  readonly otherwise?: string;
  readonly warnings?: readonly string[];
}

/** The start settings of each process, by type. */
export type Starts = Readonly<Record<string, Start>>;

/** Quotes a word for a shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** The hint in the log about overriding an automatic choice. */
export const otherwise = "to start something else, write the command after web: in a Procfile, or set BP_JAVA_START";
