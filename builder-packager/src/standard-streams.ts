/** What became of stdout by the end of a command. */
export interface StandardStreams {
  /** Waits until all is written; the first failure of stdout, undefined when there was none. */
  failure(): Promise<NodeJS.ErrnoException | undefined>;
}

/**
 * Notes failures of stdout and stderr instead of letting them end the process in the middle of its work. A reader that has
 * gone away (`cnb … | head -1`) must not leave a build half done, and progress that nobody can see is no failure.
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
