import { join } from "node:path";
import { LibcnbError, type Release, type RunTool, UserError } from "libcnb";

/** What the dynamic linker exits with when it misses a library, and shells when they miss a program. */
const notStarted = [126, 127];

/**
 * Starts Python once: what the build image lacks would otherwise be missed by some tool, in words that nobody understands.
 *
 * @throws UserError PYTHON_NOT_STARTING
 */
export async function checkStart(run: RunTool, { version }: Release, dir: string): Promise<void> {
  const options = { cwd: dir, output: "capture-both", allowedExitCodes: [0, 1, ...notStarted] } as const;
  const { exitCode, stderr } = await run(join(dir, "bin/python3"), ["-I", "-S", "-B", "-c", ""], options).catch(
    (error: unknown) => {
      const isAbsent = error instanceof LibcnbError && error.code === "TOOL_NOT_STARTED";
      throw isAbsent ? notStarting(version, error.cause) : error;
    },
  );
  if (exitCode !== 0) throw notStarting(version, stderr.trim());
}

const notStarting = (version: string, cause: unknown): UserError =>
  new UserError("PYTHON_NOT_STARTING", `Python ${version} does not start in the build image`, {
    cause,
    hint: "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine) for the processor that is built for.",
  });
