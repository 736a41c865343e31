import { execute } from "../../../support/cnb.ts";

/** The first docker client that supports BuildKit. From version 23 on, it needs a plug-in for BuildKit. */
export async function buildKitClient(programs: readonly string[] = ["docker", "/usr/bin/docker"]): Promise<string> {
  for (const program of programs) {
    const { stdout } = await executeOrFail(program, "--version");
    const major = Number(/version (\d+)/.exec(stdout)?.[1] ?? Number.NaN);
    if (major < 23 || (await executeOrFail(program, "buildx", "version")).exitCode === 0) return program;
  }
  throw new Error("no docker client with BuildKit: install docker-buildx");
}

/** A program that the machine lacks fails like one that does not know the command. */
const executeOrFail = (program: string, ...args: readonly string[]) =>
  execute(program, args).catch(() => ({ stdout: "", exitCode: -1 }));
