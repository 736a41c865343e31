import { quotedLine } from "libcnb/kit";
import type { Work } from "./build-tool.ts";

/**
 * Splits the value of a variable into arguments as a shell does. Quotes group words. Variables and
 * commands are not substituted.
 */
export const argumentsIn = (text: string | undefined): readonly string[] =>
  (text?.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));

// without these a user gets the same result
const ofThisBuild =
  /^--(?:batch-mode|no-transfer-progress|no-daemon|console=plain|build-cache)$|^-D(?:settings\.security|maven\.repo\.local|maven\.ext\.class\.path|project\.build\.outputTimestamp|libcnb\.report|org\.gradle\.(?:welcome|configuration-cache|unsafe\.configuration-cache|java\.home))=/;

const namesFile = /^--(?:settings|global-settings|init-script)$/;

/**
 * Formats the log line for a command of a build tool. The line shows the command as a user would
 * type it, without the arguments that this buildpack adds.
 */
export function shownCommand(
  program: string,
  args: readonly string[],
  { workDir, home }: Pick<Work, "workDir" | "home">,
): string {
  const isPrivate = (arg = "") => arg.startsWith(workDir) || arg.startsWith(home);
  return quotedLine([
    program,
    ...args.filter((arg, index) => {
      if (namesFile.test(arg)) return !isPrivate(args[index + 1]);
      return !ofThisBuild.test(arg) && !isPrivate(arg);
    }),
  ]);
}
