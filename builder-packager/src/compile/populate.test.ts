import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { populateComplete } from "./populate.ts";

let root: string;
let made: number;
const folder = () => join(root, "made");

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "populate-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  made = 0;
});

const populate = () =>
  populateComplete(folder(), async (workDir) => {
    made += 1;
    await writeFile(join(workDir, "main"), "program");
    await writeFile(join(workDir, "parts.json"), "{}");
  });

const damages: readonly (readonly [string, () => Promise<void>])[] = [
  ["a file was modified", () => writeFile(join(folder(), "main"), "PROGRAM")],
  ["a file was removed", () => rm(join(folder(), "parts.json"))],
  ["its list of files was removed", () => rm(join(folder(), ".complete"))],
  ["its list of files is damaged", () => writeFile(join(folder(), ".complete"), "[")],
  ["a file has another modification time", () => utimes(join(folder(), "main"), 1, 1)],
];

test("a cache directory is populated once", async () => {
  for (const _ of [1, 2, 3]) await populate();
  expect([made, (await readdir(folder())).sort()]).toEqual([1, [".complete", "main", "parts.json"]]);
});

test.for(damages)("a cache directory is populated again if %s", async ([, damage]) => {
  await populate();
  await damage();
  for (const _ of [1, 2]) await populate();
  const contents = ["main", "parts.json"].map((name) => readFile(join(folder(), name), "utf8"));
  expect([made, await Promise.all(contents), await readdir(root)]).toEqual([2, ["program", "{}"], ["made"]]);
});
