// @needs processes
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { descriptorFiles } from "./descriptor-files.ts";
import { fix } from "./fix.ts";
import { lint } from "./lint.ts";

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "lint-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const lintIn = async (dir: string) =>
  lint(await descriptorFiles([dir]), { cwd: dir, now: 0, types: false, engine: false });

const messages = async (dir: string) => (await lintIn(dir)).findings.map(({ rule, message }) => `${rule}: ${message}`);

const start = `api = "0.10"\n[buildpack]\nid = "a/b"\nversion = "1.0.0"\n[[buildpack.licenses]]\ntype = "MIT"\n`;

test("cnb lint reports a named pipe in place of a descriptor and does not open it", async () => {
  const dir = await folder();
  execFileSync("mkfifo", [join(dir, "buildpack.toml")]);
  expect(await messages(dir)).toEqual(["invalid-toml: the file is not a regular file, or cannot be read"]);
});

test("cnb lint reports a named pipe in place of package.json or of a member's descriptor and does not open it", async () => {
  const dir = await folder();
  await writeFile(join(dir, "buildpack.toml"), start);
  execFileSync("mkfifo", [join(dir, "package.json")]);
  expect(await messages(dir)).toEqual(["unpackageable: package.json is not a regular file"]);
  await mkdir(join(dir, "member"));
  execFileSync("mkfifo", [join(dir, "member", "buildpack.toml")]);
  await writeFile(join(dir, "package.toml"), `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "member"\n`);
  expect(await messages(dir)).toContain(
    `composite-mismatch: dependencies[0]: ${dir}/member contains no buildpack.toml`,
  );
});

test("cnb lint does not follow a symbolic link to a parent directory", async () => {
  const dir = await folder();
  await writeFile(join(dir, "project.toml"), "");
  await symlink(dir, join(dir, "loop"));
  expect(await descriptorFiles([dir])).toEqual([join(dir, "project.toml")]);
});

test("cnb lint --fix corrects the target of a symbolic link to a descriptor", async () => {
  const dir = await folder();
  await writeFile(join(dir, "real.base.toml"), 'suit = "bookworm"\n');
  await symlink("real.base.toml", join(dir, "base.toml"));
  await fix(await lintIn(dir));
  expect(await readFile(join(dir, "real.base.toml"), "utf8")).toBe('suite = "bookworm"\n');
  expect(await readFile(join(dir, "base.toml"), "utf8")).toBe('suite = "bookworm"\n');
});

test("cnb lint reports one finding for a file that is too large, is not UTF-8, or is nested too deeply", async () => {
  const dir = await folder();
  await writeFile(join(dir, "base.toml"), "#".repeat(2 ** 20 + 1));
  await writeFile(join(dir, "builder.toml"), Buffer.from([0xff, 0xfe]));
  await writeFile(join(dir, "project.toml"), `x = ${"[".repeat(5000)}${"]".repeat(5000)}\n`);
  expect(await messages(dir)).toEqual([
    "invalid-toml: the file is larger than 1 MiB",
    "invalid-toml: the bytes of the file are not UTF-8",
    "invalid-toml: the file is not valid TOML: it is nested more than 100 levels deep",
  ]);
});

test("cnb lint reports each of thousands of redundant targets and groups and of comments without a reason", async () => {
  const dir = await folder();
  const comments = "# cnb-lint-ignore license\n".repeat(10_000);
  await writeFile(join(dir, "buildpack.toml"), `${start}${'[[targets]]\nos = "linux"\n'.repeat(10_000)}${comments}`);
  await mkdir(join(dir, "all"));
  const order = '[[order]]\ngroup = [{ id = "x/a", version = "1.0.0" }]\n'.repeat(10_000);
  await writeFile(join(dir, "all", "buildpack.toml"), `${start}${order}`);
  const { findings } = await lintIn(dir);
  const counts = Map.groupBy(findings, ({ rule }) => rule);
  expect(counts.get("dead-target")?.length).toBe(9_999);
  expect(counts.get("order-never-matches")?.length).toBe(9_999);
  expect(counts.get("suppression-without-reason")?.length).toBe(10_000);
});

test("cnb lint --fix corrects a descriptor with a hundred thousand lines of comments", async () => {
  const dir = await folder();
  const own = `api = "0.10"\n[buildpack]\nid = "a/b"\nversion = "1.0.0"\n`;
  const comments = "# a\n".repeat(100_000);
  await writeFile(join(dir, "package.json"), JSON.stringify({ license: "MIT" }));
  await writeFile(join(dir, "buildpack.toml"), `${own}${comments}\n${comments}[metadata]\n`);
  await fix(await lintIn(dir));
  const license = '[[buildpack.licenses]]\ntype = "MIT"\n\n';
  expect(await readFile(join(dir, "buildpack.toml"), "utf8")).toBe(
    `${own}${comments}\n${license}${comments}[metadata]\n`,
  );
});

test("cnb lint accepts two composite buildpacks that depend on each other, and ends", async () => {
  const dir = await folder();
  for (const [name, other] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    await mkdir(join(dir, name));
    await writeFile(
      join(dir, name, "buildpack.toml"),
      `${start.replace("a/b", `x/${name}`)}[[order]]\ngroup = [{ id = "x/${other}", version = "1.0.0" }]\n`,
    );
    await writeFile(join(dir, name, "package.toml"), `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "../${other}"\n`);
  }
  expect(await messages(dir)).toEqual([]);
});
