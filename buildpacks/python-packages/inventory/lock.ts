import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** Runs a function with the version of uv that the requirements file names. */
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

/**
 * The machine for which a tool is locked: its Python release line and its processor architecture.
 */
export interface LockTarget {
  /** The release line of Python: `3.14`. */
  readonly python: string;
  readonly arch: Architecture;
}

export type Architecture = "amd64" | "arm64";

/** glibc 2.28 or newer, as all distributions with security updates have it. */
const platforms: Readonly<Record<Architecture, string>> = {
  amd64: "x86_64-manylinux_2_28",
  arm64: "aarch64-manylinux_2_28",
};

/**
 * Locks the newest release of a tool with its dependencies, as a `pylock.toml` (PEP 751, here as
 * JSON) with the wheels for one release line of Python and one processor architecture.
 */
export async function lock(
  programs: { readonly uv: string; readonly python: string },
  requirement: string,
  { python, arch }: LockTarget,
): Promise<string> {
  const target = ["--python-version", python, "--python-platform", platforms[arch]];
  const child = exec(programs.uv, ["pip", "compile", ...flags, ...target, "-"], { maxBuffer: 64 * 1024 ** 2 });
  child.child.stdin?.end(requirement);
  const parsing = exec(programs.python, ["-c", asJson], { maxBuffer: 64 * 1024 ** 2 });
  parsing.child.stdin?.end((await child).stdout);
  return (await parsing).stdout;
}

const asJson = "import json, sys, tomllib; print(json.dumps(tomllib.load(sys.stdin.buffer), default=str))";

const flags: readonly string[] = [
  "--only-binary",
  ":all:",
  "--format",
  "pylock.toml",
  "--no-header",
  "--no-annotate",
  "--quiet",
  "--no-config",
];
