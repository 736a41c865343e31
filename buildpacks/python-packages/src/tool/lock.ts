import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** Runs an action with the uv that requirements lock. */
export async function withUv<Result>(
  python: string,
  requirements: string,
  action: (uv: string) => Promise<Result>,
): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), "uv-"));
  try {
    const [file, env] = [join(dir, "requirements.txt"), join(dir, "env")];
    await writeFile(file, requirements || "uv");
    await exec(python, ["-m", "venv", "--without-pip", env]);
    const install = ["install", "--quiet", "--only-binary", ":all:", "-r", file];
    await exec(python, ["-m", "pip", "--python", join(env, "bin/python"), ...install]);
    return await action(join(env, "bin/uv"));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Requirements with digests for the newest release, for all supported versions of Python and all platforms. */
export async function lock(uv: string, requirement: string): Promise<string> {
  const child = exec(uv, ["pip", "compile", ...flags, "-"], { maxBuffer: 64 * 1024 ** 2 });
  child.child.stdin?.end(requirement);
  return (await child).stdout;
}

const flags: readonly string[] = [
  "--universal",
  "--python-version",
  "3.10",
  "--generate-hashes",
  "--no-header",
  "--no-annotate",
  "--no-emit-index-url",
  "--quiet",
  "--no-config",
];
