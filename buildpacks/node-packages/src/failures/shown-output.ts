import { type Shows, shownLines } from "@libcnb/app-kit/failures/shown-lines";

/**
 * Creates a function that selects the lines of npm's output to log. It omits npm's usage text after
 * a failure, which has about 80 lines.
 */
export const isShownOfNpm = (): Shows =>
  shownLines({
    usage: /^npm (?:ERR!|error) (?:Clean install a project|Install a package|Usage:)$/,
    // empty lines, and the paths of logs that do not outlive the build
    noise:
      /^npm (?:ERR!|error)\s*$|A complete log of this run can be found|For a full report see:|-eresolve-report\.txt$/,
  });
