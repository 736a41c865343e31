// @needs root, chattr
import { execFileSync } from "node:child_process";
import { existsSync, readlinkSync } from "node:fs";
import { chmod, link, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { makeAttempt } from "../sandbox/backends/attempt.ts";
import { cacheEntries, leftovers } from "./entries.ts";
import { pruneCache, pruneDaily } from "./prune.ts";

const dayMs = 24 * 60 * 60 * 1000;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "cache "));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
});

/** A change time cannot be set back, so the tests look from the future: everything else is old then. */
const inDays = (days: number) => Date.now() + days * dayMs;

async function file(path: string, bytes = 1): Promise<string> {
  const whole = join(root, path);
  await mkdir(dirname(whole), { recursive: true });
  await writeFile(whole, Buffer.alloc(bytes));
  return whole;
}

const used = (path: string, atMs: number) => utimes(path, atMs / 1000, atMs / 1000);

test("pruning removes entries of every kind that were unused for the given time, and keeps recently used ones", async () => {
  const now = inDays(20);
  const old = ["rootfs/a/root/x", "builds/b/index.json", "executables/c/main", "node/v/bin/node"];
  const more = ["lifecycle/l.tgz", "blobs/blobs/sha256/d", "blobs/diff-ids/d.json", "base/debs/p.deb"];
  for (const path of [...old, ...more]) await file(path);
  for (const path of ["executables/recent/main", "blobs/blobs/sha256/recent"])
    await used(await file(path), now - 13 * dayMs);

  expect(await pruneCache(root, 14 * dayMs, now)).toEqual({ entries: 8, held: 0, bytes: expect.any(Number) });
  expect(
    cacheEntries(root)
      .map(({ path }) => path.slice(root.length + 1))
      .sort(),
  ).toEqual(["blobs/blobs/sha256/recent", "executables/recent/main".replace("/main", "")]);
});

test("listing the cache does not count as using its entries", async () => {
  await file("executables/a/main");
  const before = cacheEntries(root);
  await pruneCache(root, 14 * dayMs);
  expect(cacheEntries(root)).toEqual(before);
});

test("pruning ignores unrelated files in the cache directory and entries under construction", async () => {
  const kept = ["notes.txt", "work/build-1/app/x", "executables/.making-1/main", "rootfs/.attempt-1-2-3/root/x"];
  for (const path of kept) await file(path);
  expect(await pruneCache(root, 0, inDays(0.5))).toEqual({ entries: 0, held: 0, bytes: 0 });
  expect(kept.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test("pruning removes symbolic links without following them, and inaccessible directories", async () => {
  const outside = await file("outside/keep.txt");
  await mkdir(join(root, "rootfs/a/root"), { recursive: true });
  await symlink(dirname(outside), join(root, "rootfs/a/root/etc"));
  await symlink(dirname(outside), join(root, "rootfs/b"));
  await file("rootfs/c/root/locked/x");
  await chmod(join(root, "rootfs/c/root/locked"), 0);
  expect(await pruneCache(root, 0, inDays(1))).toMatchObject({ entries: 3 });
  expect([existsSync(outside), cacheEntries(root)]).toEqual([true, []]);
});

test("pruning counts a removed file as freed space only if it has no other hard link", async () => {
  const shared = await file("blobs/blobs/sha256/shared", 1_000_000);
  await link(shared, join(root, "layout"));
  await file("blobs/blobs/sha256/own", 2_000_000);
  const { bytes } = await pruneCache(root, 0, inDays(1));
  expect(Math.round(bytes / 1_000_000)).toBe(2);
});

test("pruning counts a file shared by an unpacked image and its layer once if both are removed", async () => {
  const layer = await file("unpacked-layers/l/files/0", 3_000_000);
  for (const name of ["a", "b"]) {
    await mkdir(join(root, "rootfs", name, "root"), { recursive: true });
    await link(layer, join(root, "rootfs", name, "root/x"));
  }
  const now = inDays(20);
  for (const used of [join(root, "unpacked-layers/l"), join(root, "rootfs/b")])
    await utimes(used, now / 1000, now / 1000);
  const { bytes } = await pruneCache(root, 14 * dayMs, now);
  expect([existsSync(join(root, "rootfs/a")), Math.round(bytes / 1_000_000)]).toEqual([false, 0]);
  const both = await pruneCache(root, 0, inDays(21));
  expect([both.entries, Math.round(both.bytes / 1_000_000)]).toEqual([2, 3]);
});

test("automatic pruning runs at most once a day after a command, and never without a cache", async () => {
  const now = inDays(20);
  const daily = (nowMs: number, dir = root) => pruneDaily(dir, "unlimited", nowMs);
  expect(await daily(now, join(root, "none"))).toBeUndefined();
  await file("node/v/bin/node");
  expect(await daily(now)).toMatchObject({ entries: 1 });
  await file("node/v/bin/node");
  expect(await daily(now + dayMs / 2)).toBeUndefined();
  expect(await daily(now + 1.5 * dayMs)).toMatchObject({ entries: 1 });
});

test("the daily pruning runs even if the clock was set years ahead at the last pruning", async () => {
  await file("node/v/bin/node");
  expect(await pruneDaily(root, "unlimited", Date.parse("2099-01-01"))).toMatchObject({ entries: 1 });
  await file("node/v/bin/node");
  expect(await pruneDaily(root, "unlimited", inDays(20))).toMatchObject({ entries: 1 });
});

test("pruning removes directories of any age that builds failed to remove, and reports those that it cannot remove", async () => {
  await file("work/leftover-build-1/app/x");
  await file(".pruned-Killed/0/x");
  const stuck = await file("work/leftover-build-2/stuck");
  await file("node/v/bin/node");
  execFileSync("chattr", ["+i", stuck]);
  await expect(pruneCache(root, 14 * dayMs, inDays(20))).rejects.toThrow(stuck);
  expect(leftovers(root).map(({ path }) => path)).toEqual([dirname(stuck)]);
  expect(cacheEntries(root)).toEqual([]);
  execFileSync("chattr", ["-i", stuck]);
  expect(await pruneCache(root, 14 * dayMs)).toMatchObject({ entries: 1 });
  expect(leftovers(root)).toEqual([]);
});

test("pruning removes unfinished entries of killed processes", async () => {
  const dead = execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }).trim();
  const space = readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "");
  for (const dir of ["rootfs", "unpacked-layers", "run"]) await file(`${dir}/.attempt-${space}-${dead}-1/x`, 1000);
  await file("executables/.making-abcdef/main");
  await file("lifecycle/v1.tgz.lock");
  const mine = await makeAttempt(join(root, "unpacked-layers"));
  await pruneCache(root, 14 * dayMs);
  expect(existsSync(join(root, "executables/.making-abcdef"))).toBe(true);
  await pruneCache(root, 14 * dayMs, inDays(2));
  const left = await Promise.all(
    ["rootfs", "unpacked-layers", "run", "executables", "lifecycle"].map((dir) => readdir(join(root, dir))),
  );
  expect(left.flat()).toEqual([basename(mine)]);
});
