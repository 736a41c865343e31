import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, root } from "../../support/cnb.ts";

/** A project of a user with cnb and a Node.js of npm's package `node`, as `npx cnb` finds both. */
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "cnb-old-node-"));
  await writeFile(join(dir, "package.json"), '{ "private": true }\n');
  await npm("install", "--save-dev", "node@20");
  await linkCommand();
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

async function npm(...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await execute("npm", [...args, "--no-audit", "--no-fund"], { cwd: dir });
  expect(exitCode, stderr).toBe(0);
}

async function linkCommand(): Promise<void> {
  await mkdir(join(dir, "node_modules/@libcnb"), { recursive: true });
  await rm(join(dir, "node_modules/@libcnb/packager"), { force: true });
  await rm(join(dir, "node_modules/.bin/cnb"), { force: true });
  await symlink(join(root, "builder-packager"), join(dir, "node_modules/@libcnb/packager"));
  await symlink("../@libcnb/packager/bin/cnb.js", join(dir, "node_modules/.bin/cnb"));
}

const version = () => execute(join(dir, "node_modules/.bin/cnb"), ["--version"], { cwd: dir });

test("cnb on an old Node.js names the command that installs a newer one, and runs after this command", {
  timeout: 120_000,
}, async () => {
  const refused = await version();
  expect(refused).toMatchObject({
    exitCode: 3,
    stdout: "",
    stderr: expect.stringMatching(
      /^ERROR: cnb needs Node\.js 22\.15 or newer, but this is Node\.js 20\.\d+\.\d+\nHINT: .*\n$/,
    ),
  });
  const words = /: npm (install .*)$/m.exec(refused.stderr)?.[1] ?? "";
  await npm(...words.split(" "));
  await linkCommand();
  expect(await version()).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: "",
  });
});
