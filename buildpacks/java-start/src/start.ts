/** How a process starts. */
export interface Start {
  /** The command as a line for a shell, which only runs it if it needs one. */
  readonly line: string;
  /** Whose idea it is, in words for the log. */
  readonly source: string;
  /** The folder that it runs in, relative to the app. */
  readonly dir: string;
  /** How to have it otherwise. */
  readonly otherwise?: string;
  readonly warnings?: readonly string[];
}

/** What starts each process, by type. */
export type Starts = Readonly<Record<string, Start>>;

/** A word for a shell that means itself. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** What the log says of a choice that is not the user's. */
export const otherwise = "write another command behind web: in a Procfile, or set BP_JAVA_START";
