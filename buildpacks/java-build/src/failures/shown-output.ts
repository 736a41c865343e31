/** True if the log shows the line. */
export type Shows = (line: string) => boolean;

/** True for all lines except blank ones, rulers, skipped steps, and Maven's usage hints after a failure. */
export const isShownOfMaven = (): Shows =>
  without(
    /^\[ERROR\] To see the full stack trace of the errors|^usage: mvn /,
    undefined,
    /^\[(?:INFO|ERROR|WARNING)\]\s*$|^\[INFO\] -+$|^\[INFO\] (?:Finished at:|Scanning for projects| {2}from pom\.xml$|skip non existing resourceDirectory|Not copying test resources|Not compiling test sources|Tests are skipped)/,
  );

/**
 * True for all lines except Gradle's usage hints after a failure, downloads of old versions, and
 * this buildpack's own report tasks.
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
