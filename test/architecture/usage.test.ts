import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "../support/cnb.ts";

const scripts: Readonly<Record<string, string>> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;

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

test("npm run bench -- --help names every suite", async () => {
  const listed = /--only SUITE +(.*)$/m.exec(await help(["test/scripts/run.mjs", "test/bench/bench.ts"]))?.[1];
  const source = readFileSync(join(root, "test/bench/bench.ts"), "utf8");
  const suites = Array.from(source.matchAll(/^ {2}(\w+): \w+,$/gm), ([, suite]) => suite);
  expect(suites.length).toBeGreaterThan(10);
  expect(listed?.split(", ")).toEqual(suites);
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
