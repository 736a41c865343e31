// @needs namespaces
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { syscallArchitecture } from "./architecture.ts";
import { loaderFile, loaderProgram, openNameless, openUnlinked, programFd } from "./loader.ts";
import { loadedProgram, type Step } from "./program.ts";

const probe = join(import.meta.dirname, "../testing/probe.ts");

const [uid = 0, gid = 0] = [process.getuid?.(), process.getgid?.()];

/**
 * The error of starting a sandbox while directories are mounted with `noexec`. An ordinary user
 * needs a user namespace to mount.
 */
function startedWithout(dirs: readonly string[], { tmp, cache }: { tmp: string; cache: string }): string {
  const mounts = dirs.map((dir) => `mount -t tmpfs -o noexec tmpfs ${dir}`).join("\n");
  const script = `set -e\n${mounts}\nexec "$@"`;
  const backend = uid === 0 ? "unshare-root" : "unshare-user";
  const own = uid === 0 ? [] : ["unshare", "--user", `--map-user=${uid}`, `--map-group=${gid}`];
  const command = [...own, process.execPath, "--conditions=@libcnb/source", probe, backend];
  const args = [...(uid === 0 ? [] : ["--user", "--map-root-user"]), "--mount", "sh", "-c", script, "sh", ...command];
  const env = { PATH: process.env["PATH"], TMPDIR: tmp, LIBCNB_CACHE_DIR: cache };
  return spawnSync("unshare", args, { encoding: "utf8", env }).stdout;
}

const refused = "no sandbox can be started: cannot create and execute a program in DIR/tmp";

// The directories are the test's own: a checkout may be below /tmp.
test.for<[string, readonly string[], string]>([
  ["starts if the temporary directory is mounted noexec", ["DIR/tmp"], "works"],
  [
    "starts if the temporary directory and /dev/shm are mounted noexec, but not the cache",
    ["DIR/tmp", "/dev/shm"],
    "works",
  ],
  [
    "reports that programs cannot be executed if each directory that cnb can write to is mounted noexec",
    ["DIR/tmp", "/dev/shm", "DIR/cache"],
    refused,
  ],
])("a sandbox %s", ([, dirs, said]) => {
  const dir = mkdtempSync("/var/tmp/loader-");
  const [tmp, cache] = [join(dir, "tmp"), join(dir, "cache")];
  try {
    for (const each of [tmp, cache]) mkdirSync(each);
    const mounted = dirs.map((each) => each.replace("DIR", dir));
    expect(startedWithout(mounted, { tmp, cache }).replace(dir, "DIR")).toBe(said);
    expect([tmp, cache].map((each) => readdirSync(each))).toEqual([[], []]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

// Other processes create their loaders in the shared temporary directory at the same time.
test("the sandbox loader is created once and leaves no files in the temporary directory", () => {
  const dir = mkdtempSync(join(tmpdir(), "loader-"));
  vi.stubEnv("TMPDIR", dir);
  try {
    const before = loaderFile();
    expect(readdirSync(dir)).toEqual([]);
    expect(loaderFile()).toBe(before);
  } finally {
    vi.unstubAllEnvs();
    rmSync(dir, { recursive: true, force: true });
  }
});

// File systems of this machine have files without a name, so the second row does not depend on them.
test.for([
  ["without a name", openNameless],
  ["whose name is removed", openUnlinked],
] as const)("a sandbox loader in a file %s starts and leaves no files behind", async ([, open]) => {
  const dir = mkdtempSync(join(tmpdir(), "loader-"));
  try {
    const fd = open(dir, loaderProgram(syscallArchitecture()));
    expect(readdirSync(dir)).toEqual([]);
    const { status, signal } = spawnSync("/proc/self/fd/5", {
      stdio: ["ignore", "ignore", "ignore", "ignore", "ignore", fd],
    });
    expect({ status, signal }).toEqual({ status: 125, signal: null }); // it has no list to read
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

const what = "test";
const exit: Step = { what, call: "exit_group", args: [7] };
const write: Step = { what, call: "write", args: [1, "it ran", 6] };

/** Starts the loader and sends it these bytes. */
async function load(bytes: Uint8Array, steps: readonly Step[]) {
  const child = spawn("/proc/self/fd/5", ["loader"], {
    stdio: ["ignore", "pipe", "ignore", "pipe", "ignore", loaderFile(), "pipe"],
  });
  const pipes: readonly unknown[] = child.stdio;
  (pipes[programFd] as Duplex).on("error", () => {}).end(bytes);
  const [stdout, report] = await Promise.all([buffer(pipes[1] as Duplex), buffer(pipes[3] as Duplex)]);
  const [code] = child.exitCode === null ? await once(child, "exit") : [child.exitCode];
  return { code, stdout: `${stdout}`, failure: loadedProgram(steps, syscallArchitecture()).failure(report) };
}

test("the sandbox loader executes the system calls of the list it reads", async () => {
  const steps = [write, exit];
  const { bytes } = loadedProgram(steps, syscallArchitecture());
  expect(await load(bytes, steps)).toEqual({ code: 7, stdout: "it ran", failure: undefined });
});

test.for([
  ["after 0 bytes", 0],
  ["after 1 byte", 1],
  ["after 7 bytes", 7],
  ["after 8 bytes", 8],
  ["after 9 bytes", 9],
  ["after 100 bytes", 100],
  ["before its last byte", -1],
] as const)("the sandbox loader executes no system call of a list truncated %s", async ([, length]) => {
  const steps = [write, exit];
  const { bytes } = loadedProgram(steps, syscallArchitecture());
  expect(await load(bytes.subarray(0, length < 0 ? bytes.length + length : length), steps)).toMatchObject({
    code: 125,
    stdout: "",
    failure: { what: "read the program" },
  });
});
