/** The state of stdout at the end of a command. */
export interface StandardStreams {
  /** Waits until all is written; the first failure of stdout, undefined when there was none. */
  failure(): Promise<NodeJS.ErrnoException | undefined>;
}

/**
 * Records failures of stdout and stderr instead of ending the process. A closed reader (`cnb … |
 * head -1`) must not interrupt a build, and invisible progress is not a failure.
 */
export function watchStandardStreams(): StandardStreams {
  const { stdout, stderr } = process;
  let failed: NodeJS.ErrnoException | undefined;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    failed ??= error;
  });
  stderr.on("error", () => {});
  return {
    async failure() {
      await new Promise<void>((resolve) => void stdout.write("", () => resolve()));
      return failed;
    },
  };
}
