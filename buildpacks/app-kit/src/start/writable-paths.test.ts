import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { App, Logger } from "libcnb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeWritable } from "./writable-paths.ts";

let dir: string;
let lines: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "writable-"));
  lines = [];
  await mkdir(join(dir, "data/deep"), { recursive: true, mode: 0o755 });
  await mkdir(join(dir, "src"), { mode: 0o755 });
  await writeFile(join(dir, "data/deep/app.db"), "", { mode: 0o644 });
  await writeFile(join(dir, "src/run.sh"), "", { mode: 0o755 });
});
afterEach(() => rm(dir, { recursive: true }));

const write = (...paths: readonly string[]) => {
  const path = (...names: readonly string[]) => join(dir, ...names);
  const exists = (name: string) =>
    stat(path(name)).then(
      () => true,
      () => false,
    );
  const log = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(`WARNING ${line}`) };
  return makeWritable({ dir, path, exists } as unknown as App, paths, log as unknown as Logger);
};
const mode = async (path: string) => ((await stat(join(dir, path))).mode & 0o777).toString(8);

describe("BP_WRITABLE_PATHS", () => {
  test("makes a directory and its content group-writable, and nothing else", async () => {
    await write("data/");
    expect(await Promise.all(["data", "data/deep", "data/deep/app.db"].map(mode))).toEqual(["775", "775", "664"]);
    expect(await Promise.all(["src", "src/run.sh"].map(mode))).toEqual(["755", "755"]);
    expect(lines).toEqual(["The app may write to data/ (BP_WRITABLE_PATHS)"]);
  });

  test("creates a missing directory", async () => {
    await write("var/instance");
    expect(await Promise.all(["var", "var/instance"].map(mode))).toEqual(["755", "775"]);
  });

  test("can name the whole app, and leaves the targets of symbolic links unchanged", async () => {
    const outside = await mkdtemp(join(tmpdir(), "outside-"));
    await symlink(outside, join(dir, "src/link"));
    await write(".");
    expect(await Promise.all([".", "src/run.sh"].map(mode))).toEqual(["770", "775"]);
    expect(((await stat(outside)).mode & 0o777).toString(8)).toBe("700");
    expect(lines.at(-1)).toBe("WARNING . contains a symbolic link. The permissions of its target do not change.");
    await rm(outside, { recursive: true });
  });

  test.for([
    [
      "/var/lib",
      "this path is absolute",
      "Write the path of a file or directory relative to the app, such as instance.",
    ],
    [
      "../data",
      "this path is outside of the app",
      "Write the path of a file or directory relative to the app, such as instance.",
    ],
    [
      "db.sqlite3",
      "the app has no such file",
      "Set BP_WRITABLE_PATHS=. to let the app create the file in this directory.",
    ],
    [
      "data/shop.db",
      "the app has no such file",
      "Set BP_WRITABLE_PATHS=data to let the app create the file in this directory.",
    ],
  ] as const)("refuses the path %j", async ([path, why, hint]) => {
    await expect(write(path)).rejects.toMatchObject({
      code: "WRITABLE_PATH_INVALID",
      message: `BP_WRITABLE_PATHS names "${path}": ${why}`,
      hint,
    });
  });

  test("refuses a path through a symbolic link", async () => {
    await symlink("/tmp", join(dir, "out"));
    await expect(write("out/data")).rejects.toMatchObject({
      message: 'BP_WRITABLE_PATHS names "out/data": a part of this path is a symbolic link',
    });
  });
});
