// @needs root, chattr
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorkDir } from "./work-dir.ts";

const fail = (message: string): never => {
  throw new Error(message);
};

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "work-dirs-"));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

test("work directories of killed builds are removed and their layers recovered, and those of running builds are kept", async () => {
  const own = await createWorkDir(parent, async () => {}, fail);
  const [, pid, started, end] = basename(own.dir).split("-");
  const hex = (text: string) => Buffer.from(text).toString("hex");
  const abandoned = [`build-999999999-${started}-${end}`, `build-${pid}-${hex("1")}-${end}`];
  for (const name of [...abandoned, "others"]) await mkdir(join(parent, name));
  const rescued: string[] = [];
  const next = await createWorkDir(
    parent,
    async (dir) => {
      rescued.push(basename(dir));
      throw new Error("nothing to rescue");
    },
    fail,
  );
  expect(rescued.sort()).toEqual([...abandoned].sort());
  expect((await readdir(parent)).sort()).toEqual([basename(own.dir), basename(next.dir), "others"].sort());
  await own.remove();
  await next.remove();
  expect(await readdir(parent)).toEqual(["others"]);
});

test.for([
  ["another container (whose process IDs are unrelated)", "build-1-31-000000000123456789abcdef"],
  ["another version of cnb", "build-0123456789abcdef"],
] as const)("the work directory of a build in %s is kept for a day", async ([, name]) => {
  for (const [hours, left] of [
    [23, [name]],
    [25, []],
  ] as const) {
    await mkdir(join(parent, name), { recursive: true });
    const then = new Date(Date.now() - hours * 3_600_000);
    await utimes(join(parent, name), then, then);
    await (await createWorkDir(parent, async () => {}, fail)).remove();
    expect(await readdir(parent)).toEqual(left);
  }
});

test("a work directory that cannot be removed causes one warning and no failure of the build", async () => {
  const stuck = join(parent, "build-0123456789abcdef");
  await mkdir(stuck);
  await writeFile(join(stuck, "file"), "");
  await utimes(stuck, 0, 0);
  // Not even root removes an immutable file.
  execFileSync("chattr", ["+i", join(stuck, "file")]);
  const aside = join(parent, "leftover-build-0123456789abcdef");
  try {
    const warnings: string[] = [];
    for (const _ of [1, 2])
      await (
        await createWorkDir(
          parent,
          async () => {},
          (text) => warnings.push(text),
        )
      ).remove();
    expect(warnings).toEqual([
      expect.stringMatching(/^cannot remove .*leftover-build-0123456789abcdef: .*Run `cnb cache prune` as the user/),
    ]);
    expect(await readdir(parent)).toEqual([basename(aside)]);
  } finally {
    execFileSync("chattr", ["-R", "-i", parent]);
  }
});
