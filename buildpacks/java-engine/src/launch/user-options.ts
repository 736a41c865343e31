import type { Environment } from "./settings.ts";

/** The JVM options that the user of a container has set. */
export interface UserOptions {
  /** Returns whether an option begins with one of these texts. */
  has(...beginnings: readonly string[]): boolean;
  /** Returns the rest of the last option that begins with this text; undefined without such an option. */
  rest(beginning: string): string | undefined;
}

/**
 * Finds the user's JVM options in all variables that can contain them. Java splits the values at
 * blanks and removes quotes. The options in a start command are not needed here, because they take
 * precedence over JAVA_TOOL_OPTIONS.
 */
export function userOptions(env: Environment): UserOptions {
  const variables = [env.JAVA_TOOL_OPTIONS, env.JDK_JAVA_OPTIONS, env.JAVA_OPTS];
  const options = variables.flatMap((text = "") => text.split(/[ \t\n"']/));
  return {
    has: (...beginnings) => options.some((option) => beginnings.some((each) => option.startsWith(each))),
    rest: (beginning) => options.findLast((option) => option.startsWith(beginning))?.slice(beginning.length),
  };
}

/** Quotes a text as one JVM option. Java supports quotes but no escapes. */
export const quotedForJava = (text: string): string => `"${text.replaceAll('"', `"'"'"`)}"`;
