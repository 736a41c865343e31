// @needs qemu-aarch64, qemu-x86_64, readelf
import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostArchitecture, type NodeArchitecture } from "../executable/node-release.ts";
import { phaseStart } from "./phase-start.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "phase-start-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const host = hostArchitecture() ?? "amd64";
const architectures = ["amd64", "arm64"] as const;
const toolPrefix = { amd64: "x86_64-linux-gnu-", arm64: "aarch64-linux-gnu-" };

function binutils(tool: string, arch: NodeArchitecture, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(`${toolPrefix[arch]}${tool}`, args, { encoding: "utf8" });
  expect([status, stderr, error]).toEqual([0, "", undefined]);
}

test.for(architectures)("the phase starter for %s is reproducible from its source", async (arch) => {
  const [object, binary] = [join(dir, `${arch}.o`), join(dir, arch)];
  binutils("as", arch, [join(import.meta.dirname, `${arch}.s`), "-o", object]);
  binutils("objcopy", arch, ["-O", "binary", "-j", ".text", object, binary]);
  expect((await readFile(binary)).toString("base64")).toBe(Buffer.from(phaseStart(arch)).toString("base64"));
});

/** A directory bin/ with the program and a `main` that says how it was called. */
async function bin(arch: NodeArchitecture, name: string): Promise<string> {
  const folder = join(dir, name, "bin");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "detect"), phaseStart(arch));
  await chmod(join(folder, "detect"), 0o755);
  // Started by its path and not by the name it is given, as a script it cannot show argv[0].
  await writeFile(join(folder, "main"), `#!/bin/sh\nprintf '[%s]' "$@"\necho\nenv | grep -v ^PWD= | sort\nexit 7\n`);
  await chmod(join(folder, "main"), 0o755);
  return folder;
}

const emulator: Readonly<Record<NodeArchitecture, string>> = {
  amd64: "qemu-x86_64",
  arm64: "qemu-aarch64",
};

/** Executes a program, of a foreign architecture by emulation. */
function execute(arch: NodeArchitecture, file: string, args: readonly string[], env: Record<string, string>) {
  const [command, ...words] = arch === host ? [file, ...args] : [emulator[arch], ...variables(env), file, ...args];
  const { status, stdout, stderr } = spawnSync(command ?? "", words, {
    encoding: "utf8",
    cwd: "/",
    env: arch === host ? env : {},
  });
  return { status, stdout, stderr };
}

// the emulator itself must not obey them
const variables = (env: Record<string, string>) =>
  Object.entries(env).flatMap(([name, value]) => ["-E", `${name}=${value}`]);

describe.for(architectures)("the phase starter for %s", (arch) => {
  test("executes bin/main with its own path as first argument, without environment variables that affect Node.js or the dynamic linker", async () => {
    const folder = await bin(arch, `${arch}-plain`);
    const names = ["LD_PRELOAD", "LD_X", "NODE_OPTIONS", "OPENSSL_CONF", "SSLKEYLOGFILE", "GLIBC_TUNABLES"];
    const others = ["GCONV_PATH", "MALLOC_ARENA_MAX", "ICU_DATA", "UV_THREADPOOL_SIZE"];
    const kept = { A: "LD_PRELOAD=x", LD: "1", NODE: "1", SSLKEYLOGFILES: "1", XLD_PRELOAD: "1", _: "/x" };
    const env = { ...kept, ...Object.fromEntries([...names, ...others].map((name) => [name, "1"])) };
    const { status, stdout, stderr } = execute(arch, join(folder, "detect"), ["a", "b c", ""], env);
    const hidden = [...names, ...others].map((name) => `_${name.slice(1)}=1`);
    const expected = [...hidden, "A=LD_PRELOAD=x", "LD=1", "NODE=1", "SSLKEYLOGFILES=1", "XLD_PRELOAD=1"];
    const lines = stdout.trim().split("\n");
    expect([status, stderr, lines[0]]).toEqual([7, "", `[${join(folder, "detect")}][a][b c][]`]);
    expect(
      lines
        .slice(1)
        .filter((line) => !/^_=/.test(line))
        .toSorted(),
    ).toEqual(expected.toSorted());
  });

  test("reports that it cannot execute bin/main", async () => {
    const folder = await bin(arch, `${arch}-alone`);
    await rm(join(folder, "main"));
    expect(execute(arch, join(folder, "detect"), [], {})).toEqual({
      status: 126,
      stdout: "",
      stderr: `ERROR: cannot execute ${folder}/main: it does not exist, or the image lacks glibc's dynamic linker\n`,
    });
  });
});

test("the phase starter finds bin/main when called through a symbolic link, from another directory, or by a bare name", async () => {
  const folder = await bin(host, "linked");
  await mkdir(join(dir, "links"));
  await symlink("../linked/bin/detect", join(dir, "links/build"));
  expect(execute(host, join(dir, "links/build"), ["x"], {}).status).toBe(7);
  const { status } = spawnSync("/bin/sh", ["-c", "PATH=; detect"], { cwd: folder, env: {} });
  expect(status).toBe(7);
});
