import { LibcnbError, type RunTool } from "libcnb";

/** A command that starts a program only to check that it starts, such as `node --version`. */
export interface ProgramCheck {
  readonly command: readonly [program: string, ...args: string[]];
  /** Default: the app's folder. */
  readonly cwd?: string;
  /** Its exit code if it cannot start, besides 126 and 127. */
  readonly failsWith?: readonly number[];
}

/** What the dynamic linker exits with when it misses a library, and shells when they miss a program. */
const notStarted = [126, 127];

/**
 * Starts a program once, so that missing dependencies in the image are reported clearly and early.
 * `undefined` if it starts.
 */
export async function startFailure(
  run: RunTool,
  { command: [program, ...args], cwd, failsWith = [] }: ProgramCheck,
): Promise<{ readonly cause: unknown } | undefined> {
  const allowedExitCodes = [0, ...failsWith, ...notStarted];
  try {
    const options = { ...(cwd !== undefined && { cwd }), output: "capture-both", allowedExitCodes } as const;
    const { exitCode, stderr } = await run(program, args, options);
    return exitCode === 0 ? undefined : { cause: stderr.trim() };
  } catch (error) {
    if (error instanceof LibcnbError && error.code === "TOOL_NOT_STARTED") return { cause: error.cause };
    throw error;
  }
}
