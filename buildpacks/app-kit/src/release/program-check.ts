import { LibcnbError, type RunTool } from "libcnb";
import { defined } from "../defined.ts";

/** A command that starts a program only to check that it starts, such as `node --version`. */
export interface ProgramCheck {
  readonly command: readonly [program: string, ...args: string[]];
  /** The working directory. Default: the app's root directory. */
  readonly cwd?: string;
  /** Exit codes that, in addition to 126 and 127, mean that the program cannot start. */
  readonly failsWith?: readonly number[];
}

/**
 * The exit codes of the dynamic linker for a missing library, and of shells for a missing program.
 */
const notStarted = [126, 127];

/**
 * Starts a program once, so that the build reports dependencies that are missing in the image
 * early. Returns the reason if the program does not start; otherwise `undefined`.
 */
export async function startFailure(
  run: RunTool,
  { command: [program, ...args], cwd, failsWith = [] }: ProgramCheck,
): Promise<{ readonly cause: unknown } | undefined> {
  const allowedExitCodes = [0, ...failsWith, ...notStarted];
  try {
    const options = { ...defined({ cwd }), output: "capture-both", allowedExitCodes } as const;
    const { exitCode, stderr } = await run(program, args, options);
    return exitCode === 0 ? undefined : { cause: stderr.trim() };
  } catch (error) {
    if (error instanceof LibcnbError && error.code === "TOOL_NOT_STARTED") return { cause: error.cause };
    throw error;
  }
}
