import { join } from "node:path";
import { startFailure } from "@libcnb/app-kit/release/program-check";
import { type Release, type RunTool, UserError } from "libcnb";

/**
 * Starts Java once, so that dependencies missing in the build image are reported early.
 *
 * @throws UserError JAVA_NOT_STARTING
 */
export async function checkStart(run: RunTool, { name, version }: Release, dir: string): Promise<void> {
  const command = [join(dir, "bin/java"), "-Xshare:auto", "-version"] as const;
  const failure = await startFailure(run, { command, cwd: dir, failsWith: [1] });
  if (failure === undefined) return;
  throw new UserError("JAVA_NOT_STARTING", `${name} ${version} does not start in the build image`, {
    cause: failure.cause,
    hint: "Use base images with glibc and zlib (Debian, Ubuntu, Fedora; not Alpine) for the target's architecture.",
  });
}
