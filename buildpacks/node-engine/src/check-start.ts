import { join } from "node:path";
import { LibcnbError, type Release, type RunTool, UserError } from "libcnb";

/** What the dynamic linker exits with when it misses a library, and shells when they miss a program. */
const notStarted = [126, 127];

/**
 * Starts Node.js once, as a library that it needs would otherwise be missed only by the image: Node.js 26 needs libatomic.so.1, which slim images lack.
 *
 * @throws UserError NODE_NOT_STARTING
 */
export async function checkStart(run: RunTool, { version }: Release, dir: string): Promise<void> {
  const options = { output: "capture-both", allowedExitCodes: [0, ...notStarted] } as const;
  const { exitCode, stderr } = await run(join(dir, "bin/node"), ["--version"], options).catch((error: unknown) => {
    throw error instanceof LibcnbError && error.code === "TOOL_NOT_STARTED" ? notStarting(version, error.cause) : error;
  });
  if (exitCode !== 0) throw notStarting(version, stderr.trim());
}

function notStarting(version: string, cause: unknown): UserError {
  const [library] = /lib[\w.+-]+\.so[\w.]*/.exec(String(cause)) ?? [];
  return new UserError("NODE_NOT_STARTING", `Node.js ${version} does not start in the build image`, {
    cause,
    hint:
      library === undefined
        ? "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine)."
        : `Use base images, for build and run, that have ${library}, or another line of Node.js (BP_NODE_VERSION).`,
  });
}
