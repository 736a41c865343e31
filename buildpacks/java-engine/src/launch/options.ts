import type { LaunchInputs } from "./java-facts.ts";

/**
 * Returns the option that ends an app when it runs out of memory, so that the platform can start it
 * again.
 */
export const outOfMemoryOptions = ({ user }: Pick<LaunchInputs, "user">): readonly string[] =>
  user.has(
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-ExitOnOutOfMemoryError",
    "-XX:+CrashOnOutOfMemoryError",
    "-XX:OnOutOfMemoryError=",
  )
    ? []
    : ["-XX:+ExitOnOutOfMemoryError"];

/**
 * Returns the option that sets the number of processors. The option is necessary before Java 17:
 * those versions treat a small CPU share of a container as a limit of one processor, although a
 * share is not a limit.
 */
export const processorOptions = (
  { java, user }: Pick<LaunchInputs, "java" | "user">,
  processors: () => number,
): readonly string[] =>
  java.feature >= 17 || user.has("-XX:ActiveProcessorCount=") ? [] : [`-XX:ActiveProcessorCount=${processors()}`];

/** The number of bytes of JAVA_TOOL_OPTIONS that Java 8 reads. It ignores all of them if there are more. */
const mostBytes = 1023;

/** Returns a warning if Java would ignore the options; undefined otherwise. */
export function lengthWarning(options: string, feature: number): string | undefined {
  const { length } = new TextEncoder().encode(options);
  return feature > 8 || length <= mostBytes
    ? undefined
    : `JAVA_TOOL_OPTIONS has ${length} bytes, but Java 8 ignores it above ${mostBytes} bytes: move options to the start command`;
}
