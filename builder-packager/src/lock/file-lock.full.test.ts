import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tryFileLock, withFileLock } from "./file-lock.ts";

const { signal } = new AbortController();
let dir: string;
let file: string;
let holder: ChildProcess | undefined;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "file-lock-"));
  file = join(dir, "lock");
});
afterEach(async () => {
  holder?.kill("SIGKILL");
  await rm(dir, { recursive: true, force: true });
});

/** Another process that holds the lock, started by way of `prefix`. Its own number is in what it says. */
async function held(prefix: readonly string[]): Promise<string> {
  const program = join(import.meta.dirname, "../../../test/support/interrupted/lock-holder.ts");
  const [command = "", ...args] = [...prefix, process.execPath, "--conditions=@libcnb/source", program, file];
  holder = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = await once(holder.stdout ?? holder, "data");
  return String(said).trim();
}

async function kill(): Promise<void> {
  holder?.kill("SIGKILL");
  await once(holder ?? process, "close");
}

/** As in a container: the holder is process 1, a number that runs here, too, as somebody else. */
const container = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--kill-child"];

describe.for([
  ["on this machine", []],
  ["in another container", container],
] as const)("a file lock of a process %s", ([, prefix]) => {
  test("excludes others while the process runs and is released when it is killed", async () => {
    const said = await held(prefix);
    expect(said === "held by 1").toBe(prefix.length > 0);
    expect(await tryFileLock(file, signal)).toBeUndefined();
    await kill();
    expect(existsSync(file)).toBe(true);
    expect(await withFileLock(file, signal, async () => "mine")).toBe("mine");
    expect(await readdir(dir)).toEqual([]);
  });
});

test("a file lock admits one holder at a time, even after its owner died", async () => {
  const dead = JSON.stringify({ ...JSON.parse(await ownText()), pid: 999_999_999 });
  await writeFile(file, dead);
  let working = 0;
  const most: number[] = [];
  const work = async () => {
    most.push(++working);
    await new Promise((resolve) => setTimeout(resolve, 5));
    working--;
  };
  await Promise.all(Array.from({ length: 8 }, () => withFileLock(file, signal, work)));
  expect(most).toEqual(Array(8).fill(1));
  expect(await readdir(dir)).toEqual([]);
});

test("a damaged lock file blocks others for at most a few seconds", async () => {
  await writeFile(join(dir, "own"), "");
  const broken: Readonly<Record<string, (path: string) => unknown>> = {
    empty: (path) => writeFile(path, ""),
    "of another form": (path) => writeFile(path, "null"),
    "not to be read": (path) => writeFile(path, "", { mode: 0 }),
    "a link to nothing": (path) => symlink("absent", path),
    "a link to a file": (path) => symlink("own", path),
    "a link to itself": (path) => symlink("a link to itself", path),
    "a named pipe": (path) => execFileSync("mkfifo", [path]),
  };
  for (const [name, make] of Object.entries(broken)) await make(join(dir, name));
  const locks = Object.keys(broken).map((name) =>
    withFileLock(join(dir, name), AbortSignal.timeout(60_000), async () => name),
  );
  expect(await Promise.all(locks)).toEqual(Object.keys(broken));
  expect(await readdir(dir)).toEqual(["own"]);
}, 80_000);

test("a directory at the lock file's path is not removed", async () => {
  await mkdir(file);
  const work = async () => {};
  await expect(withFileLock(file, signal, work)).rejects.toMatchObject({
    code: "SYSTEM_ERROR",
    message: `cannot lock ${file}: it is a directory`,
    hint: `Remove the directory ${file}, or choose another path.`,
  });
  expect(await readdir(dir)).toEqual(["lock"]);
});

test("a late release does not release the next owner's lock", async () => {
  const release = await tryFileLock(file, signal);
  await rm(file);
  const next = await tryFileLock(file, signal);
  await release?.();
  expect(await tryFileLock(file, signal)).toBeUndefined();
  await next?.();
  expect(await readdir(dir)).toEqual([]);
});

async function ownText(): Promise<string> {
  const release = await tryFileLock(file, signal);
  const text = await readFile(file, "utf8");
  await release?.();
  return text;
}
