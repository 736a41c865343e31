import { type Shows, shownLines } from "@libcnb/app-kit/failures/shown-lines";

/**
 * Creates a function that returns true for lines of Maven's output that the log shows: all except
 * blank lines, rulers, skipped steps, and usage hints after a failure.
 */
export const isShownOfMaven = (): Shows =>
  shownLines({
    usage: /^\[ERROR\] To see the full stack trace of the errors|^usage: mvn /,
    noise:
      /^\[(?:INFO|ERROR|WARNING)\]\s*$|^\[INFO\] -+$|^\[INFO\] (?:Finished at:|Scanning for projects| {2}from pom\.xml$|skip non existing resourceDirectory|Not copying test resources|Not compiling test sources|Tests are skipped)/,
  });

/**
 * Creates a function that returns true for lines of Gradle's output that the log shows: all except
 * usage hints after a failure, download messages of old versions, and this buildpack's own report
 * tasks.
 */
export const isShownOfGradle = (): Shows =>
  shownLines({
    usage: /^\* Try:|^USAGE: gradle /,
    usageEnd: /^=+$|^\d+: Task failed|^BUILD FAILED/,
    noise: /^Download(?:ing)? https?:|^Build cache is an incubating feature|^(?:> Task )?:(?:\S+:)?libcnbReport\b/,
  });
