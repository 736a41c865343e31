import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "../support/cnb.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");

const scripts: Readonly<Record<string, string>> = JSON.parse(read("package.json")).scripts;

/** The scripts that test/scripts/run.mjs starts, but for those of inventories, which print the flags of their updater. */
const started = Object.entries(scripts)
  .filter(([name, command]) => command.startsWith("node test/scripts/run.mjs ") && !name.startsWith("inventory"))
  .map(([name, command]) => ({ name, args: command.split(" ").slice(1) }));

const help = async (args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [...args, "--help"], { cwd: root, env: { PATH: "" } })).stdout;

test.each(started)("npm run $name -- --help prints a short usage and starts nothing", async ({ name, args }) => {
  const usage = await help(args);
  expect(usage).toMatch(/^Usage: npm /);
  expect(usage).toContain(name === "test" ? "npm test" : `npm run ${name}`);
  expect(usage.trimEnd().split("\n").length).toBeLessThan(8);
});

/** The suites of test/bench/bench.ts, which is not loaded: some of them build the lifecycle. */
const suites = Array.from(read("test/bench/bench.ts").matchAll(/^ {2}"?([\w-]+)"?: \w+,$/gm), ([, suite]) => suite);

test("npm run bench -- --help names every suite", async () => {
  const listed = /--only SUITE +(.*)$/m.exec(await help(["test/scripts/run.mjs", "test/bench/bench.ts"]))?.[1];
  expect(suites.length).toBeGreaterThan(10);
  expect(listed?.split(", ")).toEqual(suites);
});

test("the README of the benchmarks has a table row for every suite", () => {
  const table = read("test/bench/README.md").split("## Suites")[1]?.split("##")[0] ?? "";
  const rows = Array.from(table.matchAll(/^\| `([\w-]+)` \|/gm), ([, suite]) => suite);
  expect(rows.toSorted()).toEqual(suites.toSorted());
});

test("npm run bench refuses an unknown option with a hint", async () => {
  const bench = [join(root, "test/bench/bench.ts"), "--onyl", "run"];
  const failed = promisify(execFile)(process.execPath, ["--conditions=@libcnb/source", ...bench], { cwd: root });
  await expect(failed).rejects.toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringMatching(
      /^ERROR: Unknown option '--onyl'.*\nHINT: npm run bench -- --help lists the options\.\n$/,
    ),
  });
});
