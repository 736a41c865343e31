import { join } from "node:path";
import { startFailure } from "@libcnb/app-kit/release/program-check";
import { type Release, type RunTool, UserError } from "libcnb";

/**
 * Starts Python once, so that missing dependencies of the build image are reported clearly and
 * early.
 *
 * @throws UserError PYTHON_NOT_STARTING
 */
export async function checkStart(run: RunTool, { version }: Release, dir: string): Promise<void> {
  const command = [join(dir, "bin/python3"), "-I", "-S", "-B", "-c", ""] as const;
  const failure = await startFailure(run, { command, cwd: dir, failsWith: [1] });
  if (failure === undefined) return;
  throw new UserError("PYTHON_NOT_STARTING", `Python ${version} does not start in the build image`, {
    cause: failure.cause,
    hint: "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine) for the processor that is built for.",
  });
}
