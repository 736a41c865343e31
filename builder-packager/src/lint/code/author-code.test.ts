import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { authorCode } from "./author-code.ts";

test("the files of a prebuilt buildpack are read until their size reaches the limit", async () => {
  const dir = await mkdtemp(join(tmpdir(), "author-code-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const name of ["a", "b", "c"]) await writeFile(join(dir, name), "12345");
  const module = { content: { kind: "prebuilt" }, dir, included: [] } as const;
  const read = async (most: number) => {
    const { files, isComplete } = await authorCode(module, most);
    return [files.length, isComplete];
  };
  expect(await read(15)).toEqual([3, true]);
  expect(await read(14)).toEqual([2, false]);
});
