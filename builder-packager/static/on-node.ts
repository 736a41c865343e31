/** A command that the static program does not run. */
export interface CommandOnNode {
  /** The name of the command, with that of its group first: `buildpack package`. */
  readonly words: string;
  readonly description: string;
}

/** The build script replaces this list by the commands of `cnb` that `table.ts` does not have. */
export const onNode: readonly CommandOnNode[] = [];
