// where a log lies that is gone when the build has ended, and lines with nothing in them
const noise =
  /^npm (?:ERR!|error)\s*$|A complete log of this run can be found|For a full report see:|-eresolve-report\.txt$/;

/**
 * Selects the lines of npm's output to log. npm's usage text after a failure, about 80 lines, is
 * omitted.
 */
export function isShownOfNpm(): (line: string) => boolean {
  let isLesson = false;
  return (line) => {
    isLesson ||= /^npm (?:ERR!|error) (?:Clean install a project|Install a package|Usage:)$/.test(line);
    return !isLesson && !noise.test(line);
  };
}
