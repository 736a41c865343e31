// @needs processes
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { moveTree } from "./move-tree.ts";

const dirs: string[] = [];
const folderBelow = (parent: string): string => {
  dirs.push(mkdtempSync(join(parent, "move-tree-")));
  return dirs.at(-1) ?? "";
};
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

const sameVolume = tmpdir();
const otherVolume = "/dev/shm";

test.for([
  ["on one volume", sameVolume, ["context", "link", "pipe", "run.Dockerfile"]],
  ["across volumes", otherVolume, ["context", "link", "run.Dockerfile"]],
] as const)("a read-only tree is moved %s", async ([, parent, names]) => {
  const [from, to] = [join(folderBelow(parent), "from"), join(folderBelow(tmpdir()), "to")];
  mkdirSync(join(from, "context"), { recursive: true });
  writeFileSync(join(from, "context/tool"), "tool");
  chmodSync(join(from, "context/tool"), 0o751);
  writeFileSync(join(from, "run.Dockerfile"), "FROM x");
  symlinkSync("/etc/shadow", join(from, "link"));
  execFileSync("mkfifo", [join(from, "pipe")]);
  chmodSync(from, 0o555);
  await moveTree(from, to);
  expect(existsSync(from)).toBe(false);
  expect(readdirSync(to).sort()).toEqual(names);
  expect(readFileSync(join(to, "context/tool"), "utf8")).toBe("tool");
  expect(statSync(join(to, "context/tool")).mode & 0o777).toBe(0o751);
  expect(readlinkSync(join(to, "link"))).toBe("/etc/shadow");
});

test("the directories for moving a tree across volumes are on different volumes", () =>
  expect(statSync(otherVolume).dev).not.toBe(statSync(sameVolume).dev));
