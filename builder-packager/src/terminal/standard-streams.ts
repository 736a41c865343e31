/** Observes stdout until the end of a command. */
export interface StandardStreams {
  /**
   * Waits until all output is written. Returns the first error of stdout, or undefined if there was
   * none.
   */
  failure(): Promise<NodeJS.ErrnoException | undefined>;
}

/**
 * Records failures of stdout and stderr instead of ending the process. A reader that closes early
 * (`cnb … | head -1`) must not interrupt a build, and progress that cannot be shown is not a
 * failure.
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
