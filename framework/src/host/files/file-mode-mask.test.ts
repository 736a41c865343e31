// @needs processes
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fileModeMask } from "./file-mode-mask.ts";

test("the file mode mask equals the umask of the process", () => {
  expect(fileModeMask()).toBe(Number.parseInt(execFileSync("sh", ["-c", "umask"], { encoding: "utf8" }), 8));
});

test("reading the file mode mask does not affect concurrent writes", async () => {
  const dir = await mkdtemp(join(tmpdir(), "mask-"));
  try {
    const files = Array.from({ length: 400 }, (_, at) => join(dir, String(at)));
    const written = Promise.all(files.map((file) => writeFile(file, "")));
    for (let turn = 0; turn < 4000; turn++) fileModeMask();
    await written;
    const modes = await Promise.all(files.map(async (file) => (await stat(file)).mode & 0o777));
    expect(new Set(modes)).toEqual(new Set([0o666 & ~fileModeMask()]));
  } finally {
    await rm(dir, { recursive: true });
  }
});
