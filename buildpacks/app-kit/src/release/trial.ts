import { LibcnbError, type RunTool } from "libcnb";

/** A start of a program that does nothing else. */
export interface Trial {
  readonly command: readonly [program: string, ...args: string[]];
  /** Default: the app's folder. */
  readonly cwd?: string;
  /** What it exits with by itself when it cannot start, besides 126 and 127. */
  readonly failsWith?: readonly number[];
}

/** What the dynamic linker exits with when it misses a library, and shells when they miss a program. */
const notStarted = [126, 127];

/** Starts a program once: what it needs and the image lacks would be missed later, in words that nobody understands. `undefined`: it starts. */
export async function startFailure(
  run: RunTool,
  { command: [program, ...args], cwd, failsWith = [] }: Trial,
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
