import { join } from "node:path";
import { startFailure } from "@libcnb/app-kit/release/program-check";
import { type Release, type RunTool, UserError } from "libcnb";

/**
 * Starts Node.js once, so that the build reports a missing library instead of the container:
 * Node.js 26 needs libatomic.so.1, which slim images lack.
 *
 * @throws UserError NODE_NOT_STARTING
 */
export async function checkStart(run: RunTool, { version }: Release, dir: string): Promise<void> {
  const failure = await startFailure(run, { command: [join(dir, "bin/node"), "--version"] });
  if (failure === undefined) return;
  const [library] = /lib[\w.+-]+\.so[\w.]*/.exec(String(failure.cause)) ?? [];
  throw new UserError("NODE_NOT_STARTING", `Node.js ${version} does not start in the build image`, {
    cause: failure.cause,
    hint:
      library === undefined
        ? "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine)."
        : `Use base images, for build and run, that have ${library}, or another line of Node.js (BP_NODE_VERSION).`,
  });
}
