/** Tells of each line whether the log shows it. */
export type Shows = (line: string) => boolean;

/** All but blank lines, rulers, what plugins had not to do, and what Maven says behind a failure of its own use. */
export const isShownOfMaven = (): Shows =>
  without(
    /^\[ERROR\] To see the full stack trace of the errors|^usage: mvn /,
    undefined,
    /^\[(?:INFO|ERROR|WARNING)\]\s*$|^\[INFO\] -+$|^\[INFO\] (?:Finished at:|Scanning for projects| {2}from pom\.xml$|skip non existing resourceDirectory|Not copying test resources|Not compiling test sources|Tests are skipped)/,
  );

/**
 * All but what Gradle says behind a failure of its own use, the files that old versions download, and the tasks that report to this
 * buildpack.
 */
export const isShownOfGradle = (): Shows =>
  without(
    /^\* Try:|^USAGE: gradle /,
    /^=+$|^\d+: Task failed|^BUILD FAILED/,
    /^Download(?:ing)? https?:|^Build cache is an incubating feature|^(?:> Task )?:(?:\S+:)?libcnbReport\b/,
  );

function without(lesson: RegExp, end: RegExp | undefined, noise: RegExp): Shows {
  let isLesson = false;
  return (line) => {
    isLesson = isLesson ? end?.test(line) !== true : lesson.test(line);
    return !isLesson && !noise.test(line);
  };
}
