import { cnb } from "../support/cnb.ts";
import { ReleaseError } from "./release-error.ts";

/**
 * Runs a command of `cnb` and returns its result.
 *
 * @throws ReleaseError COMMAND_FAILED with the error of `cnb`, which names the cause and the next step
 */
export async function runCnb(args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await cnb(args);
  if (exitCode === 0) return stdout;
  throw cnbFailure(args, stderr);
}

export const cnbFailure = (args: readonly string[], stderr: string): ReleaseError =>
  new ReleaseError(
    "COMMAND_FAILED",
    `cnb ${args.slice(0, 2).join(" ")} failed:\n${errorIn(stderr)}`,
    "Correct what cnb reports, and run the same command again. Finished steps are skipped.",
  );

/** The code at the end of an error, for example `IMAGE_NOT_FOUND`. */
export const codeIn = (stderr: string): string | undefined => /^CODE: (\w+)$/m.exec(stderr)?.[1];

/** The part of the log from the error on. */
const errorIn = (stderr: string): string => stderr.slice(Math.max(stderr.lastIndexOf("ERROR: "), 0)).trim();
