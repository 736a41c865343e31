// @needs processes
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { link, mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { cacheDir } from "../cache-dirs.ts";
import { endUses, noteUse } from "../cache-use.ts";
import { cacheEntries, leftovers } from "./entries.ts";
import { keepLimit, pruneCache, pruneDaily, removeOldest } from "./prune.ts";
import { sizedEntries, sumOf } from "./sizes.ts";

const dayMs = 24 * 60 * 60 * 1000;
const mb = 1_000_000;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "limit "));
  cacheDir({ LIBCNB_CACHE_DIR: root });
  onTestFinished(async () => {
    endUses();
    await rm(root, { recursive: true, force: true });
  });
});

const inDays = (days: number) => Date.now() + days * dayMs;

async function file(path: string, bytes = mb): Promise<string> {
  const whole = join(root, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, Buffer.alloc(bytes));
  return whole;
}

/** Change times cannot be set, so the order of uses is set in the future, and the tests look from there. */
const used = (path: string, atMs: number) => utimes(path, atMs / 1000, atMs / 1000);

const names = () =>
  cacheEntries(root)
    .map(({ name }) => name)
    .sort();

test("a cache that reaches its limit loses its least recently used entries", async () => {
  for (const [index, name] of ["lifecycle/c", "blobs/blobs/sha256/a", "lifecycle/d", "base/debs/b"].entries())
    await used(await file(name), inDays(1 + index));
  expect(await keepLimit(root, { bytes: 5 * mb })).toBeUndefined();
  const nowMs = inDays(20);
  expect(await keepLimit(root, { bytes: 2.4 * mb }, { nowMs })).toMatchObject({ entries: 2, held: 0 });
  expect(names()).toEqual(["base/debs/b", "lifecycle/d"]);
  expect(await keepLimit(root, { bytes: 2.4 * mb }, { nowMs })).toBeUndefined();
  expect(await keepLimit(root, "unlimited", { nowMs })).toBeUndefined();
});

test("the size of a cached directory is measured once, and the size of an app's cache is measured again on request", async () => {
  await file("executables/a/main");
  await file("builds/b/layers/x");
  const size = async (again?: boolean) => Math.round(sumOf(await sizedEntries(root, { again: again ?? false })) / mb);
  expect(await size()).toBe(2);
  await file("executables/a/more");
  await file("builds/b/layers/y");
  expect(await size()).toBe(2);
  expect(await size(true)).toBe(3);
  await rm(join(root, "executables/a"), { recursive: true });
  await file("executables/a/main", 5 * mb);
  expect(await size()).toBe(7);
  await writeFile(join(root, "sizes.json"), '{"executables/a": [1, "x"], "builds/b": 7');
  expect(await size()).toBe(7);
});

test("a cached directory whose measurement takes too long is treated as empty until the next pruning", async () => {
  await file("executables/a/main");
  expect(sumOf(await sizedEntries(root, { maxWaitMs: 0 }))).toBe(0);
  expect(sumOf(await sizedEntries(root))).toBeGreaterThan(mb);
  expect(sumOf(await sizedEntries(root, { maxWaitMs: 0 }))).toBeGreaterThan(mb);
});

test("pruning counts files that an unpacked image shares with its layers once, and removes the image first", async () => {
  const stored = await file("unpacked-layers/l/files/0", 3 * mb);
  for (const name of ["a", "b"]) {
    await mkdir(join(root, "rootfs", name, "root"), { recursive: true });
    await link(stored, join(root, "rootfs", name, "root/x"));
  }
  expect(Math.round(sumOf(await sizedEntries(root)) / mb)).toBe(3);
  const nowMs = inDays(20);
  for (const entry of await readdir(join(root, "rootfs"))) await used(join(root, "rootfs", entry), nowMs - 10_000);
  await used(join(root, "unpacked-layers/l"), nowMs - 30_000);
  expect(await removeOldest(root, 1, nowMs)).toMatchObject({ entries: 1 });
  expect(names()).toEqual([expect.stringMatching(/^rootfs/), "unpacked-layers/l"]);
});

test("a blob that is hard-linked into an image layout is not removed", async () => {
  await link(await file("blobs/blobs/sha256/shared"), join(root, "layout"));
  expect(await removeOldest(root, mb)).toMatchObject({ entries: 0 });
  expect(names()).toEqual(["blobs/blobs/sha256/shared"]);
});

test("a cache entry with a last-use time in the future is treated as used now", async () => {
  const future = new Date("2099-01-01").getTime();
  await used(await file("lifecycle/future"), future);
  await used(await file("executables/future/main"), future);
  await used(join(root, "executables/future"), future);
  await file("lifecycle/now");
  expect(await pruneCache(root, 14 * dayMs)).toMatchObject({ entries: 0 });
  expect(cacheEntries(root).filter(({ usedMs }) => usedMs > inDays(1))).toEqual([]);
  expect(await pruneCache(root, 14 * dayMs, inDays(15))).toMatchObject({ entries: 3 });
});

test("entries that this process uses are kept even if the clock is set back", async () => {
  const path = await file("lifecycle/a");
  expect(await noteUse(path)).toBe(true);
  await used(path, 0);
  expect(await pruneCache(root, 14 * dayMs, inDays(400))).toMatchObject({ entries: 0, held: 1 });
  endUses();
  expect(await pruneCache(root, 14 * dayMs, inDays(400))).toMatchObject({ entries: 1, held: 0 });
});

test("using a path outside of all caches creates no marker file", async () => {
  const outside = await mkdtemp(join(tmpdir(), "outside "));
  onTestFinished(() => rm(outside, { recursive: true, force: true }));
  await used(outside, 0);
  expect([await noteUse(outside), await noteUse(join(outside, "none"))]).toEqual([true, false]);
  expect([(await stat(outside)).mtimeMs, await readdir(root)]).toEqual([0, []]);
});

const program = join(import.meta.dirname, "../../../test/support/interrupted/cache-user.ts");

/** Starts another process that uses the cache. Its lines come one by one. */
function start(command: string, ...args: readonly string[]) {
  const child: ChildProcess = spawn(
    process.execPath,
    ["--conditions=@libcnb/source", program, root, command, ...args],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const ended = new Promise((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return { child, ended, line: async () => String((await lines.next()).value) };
}

test("entries that another process uses are kept until it exits or is killed", async () => {
  for (const end of ["SIGKILL", "exit"] as const) {
    await file("executables/a/main");
    await file("executables/b/main");
    const user = start("use", "executables/a", "executables/none");
    expect(await user.line()).toBe("[true,false]");
    expect(await removeOldest(root, 1e12)).toMatchObject({ entries: 1, held: 1 });
    expect(await pruneDaily(root, { bytes: 1 }, inDays(end === "exit" ? 40 : 20))).toMatchObject({ entries: 0 });
    expect(names()).toEqual(["executables/a"]);
    if (end === "exit") user.child.stdin?.end();
    else user.child.kill(end);
    await user.ended;
    expect(await readdir(join(root, "running"))).toHaveLength(end === "exit" ? 0 : 1);
    expect(await removeOldest(root, 1e12)).toMatchObject({ entries: 1, held: 0 });
    expect(await readdir(join(root, "running"))).toEqual([]);
  }
}, 60_000);

test("the marker file of a process in another container protects its cache entries for a day", async () => {
  const name = "7-31-0000000000000000000000aa";
  await file("executables/a/main");
  await file(`running/${name}`, 0);
  await writeFile(join(root, "running", name), "executables/a\n");
  expect(await removeOldest(root, 1e12)).toMatchObject({ entries: 0, held: 1 });
  for (const time of [Date.now() - 2 * dayMs, Date.parse("2099-01-01")]) {
    await file("executables/a/main");
    await file(`running/${name}`, 0);
    await used(join(root, "running", name), time);
    expect(await removeOldest(root, 1e12)).toMatchObject({ entries: 1, held: 0 });
    expect(await readdir(join(root, "running"))).toEqual([]);
  }
});

test("entries that processes use or create are kept during concurrent prunings", async () => {
  const pruners = [1, 2].map(() => start("prune"));
  const users = [1, 2].map(() => start("useMany", "400"));
  for (const { line } of [...pruners, ...users]) expect(await line()).toBe("ready");
  for (const user of users) expect(await user.line()).toBe("[]");
  for (const { child } of pruners) expect(child.exitCode).toBe(null);
}, 60_000);

test("pruning removes files that an earlier, killed pruning left behind", async () => {
  for (let round = 0; round < 8; round++) {
    const pruners = [1, 2].map(() => start("prune"));
    for (const { line } of pruners) await line();
    await sleep(40 + round * 17);
    for (const { child } of pruners) child.kill("SIGKILL");
    await Promise.all(pruners.map(({ ended }) => ended));
  }
  await removeOldest(root, 1e12);
  expect(leftovers(root)).toEqual([]);
  expect(names()).toEqual([]);
  const left = (await readdir(root, { recursive: true })).filter(
    (name) => !/^(sizes.json$|rootfs\/.making-)/.test(name),
  );
  expect(left.sort()).toEqual(["rootfs"]);
}, 60_000);

test("two concurrent prunings keep the cache at its limit", async () => {
  for (let index = 0; index < 200; index++) await file(`executables/${index}/main`, 10_000);
  const both = [1, 2].map(() => start("keep", String(mb)));
  for (const { line } of both) expect(await line()).toBe("ready");
  const removed = await Promise.all(both.map(async ({ line }) => Number(await line())));
  expect(sumOf(await sizedEntries(root))).toBeLessThanOrEqual(mb);
  expect([...removed, names().length].reduce((sum, count) => sum + count)).toBe(200);
}, 60_000);

test("a suspended pruning process does not block other users of the cache", async () => {
  await file("executables/a/main");
  await writeFile(join(root, "prune.lock"), JSON.stringify({ pid: 2 ** 22, started: "1", space: "none" }));
  const begun = performance.now();
  expect(await noteUse(join(root, "executables/a"))).toBe(true);
  expect(performance.now() - begun).toBeGreaterThan(5000);
  expect(existsSync(join(root, "executables/a"))).toBe(true);
}, 60_000);
