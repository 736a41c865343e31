import { mkdir, mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorkDir } from "./work-dir.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "work-dirs-"));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

test("what killed builds left is rescued and removed, also from their first moment; those of running ones stay", async () => {
  const own = await createWorkDir(parent, async () => {});
  const [, pid, started, end] = basename(own.dir).split("-");
  const hex = (text: string) => Buffer.from(text).toString("hex");
  const abandoned = [`build-999999999-${started}-${end}`, `build-${pid}-${hex("1")}-${end}`];
  for (const name of [...abandoned, "others"]) await mkdir(join(parent, name));
  const rescued: string[] = [];
  const next = await createWorkDir(parent, async (dir) => {
    rescued.push(basename(dir));
    throw new Error("nothing to rescue");
  });
  expect(rescued.sort()).toEqual([...abandoned].sort());
  expect((await readdir(parent)).sort()).toEqual([basename(own.dir), basename(next.dir), "others"].sort());
  await own.remove();
  await next.remove();
  expect(await readdir(parent)).toEqual(["others"]);
});

test.for([
  ["another container, where numbers of processes mean others", "build-1-31-000000000123456789abcdef"],
  ["another version of cnb", "build-0123456789abcdef"],
] as const)("a build of %s has a day's time", async ([, name]) => {
  for (const [hours, left] of [
    [23, [name]],
    [25, []],
  ] as const) {
    await mkdir(join(parent, name), { recursive: true });
    const then = new Date(Date.now() - hours * 3_600_000);
    await utimes(join(parent, name), then, then);
    await (await createWorkDir(parent, async () => {})).remove();
    expect(await readdir(parent)).toEqual(left);
  }
});
