// @needs python3
import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { removeTree } from "./remove-tree.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "remove-tree-"));
});

/** Nests directories as a build can: relative to the working directory, so that no path is ever too long. */
const nest = (dir: string, depth: number, name: string, mode: number): unknown =>
  execFileSync("python3", [
    "-c",
    [
      "import os, sys",
      "os.makedirs(sys.argv[1]); os.chdir(sys.argv[1])",
      "for _ in range(int(sys.argv[2])):",
      "  open(b'file\\xff', 'w').close(); os.mkdir(sys.argv[3]); os.chdir(sys.argv[3])",
      "for _ in range(int(sys.argv[2])):",
      "  os.chmod('.', int(sys.argv[4])); os.chdir('..')",
    ].join("\n"),
    dir,
    `${depth}`,
    name,
    `${mode}`,
  ]);

test.for([
  { depth: 2500, name: "d", mode: 0o755 },
  { depth: 60, name: "d".repeat(150), mode: 0o500 },
  { depth: 60, name: "n".repeat(255), mode: 0o755 },
  { depth: 30, name: "ä".repeat(100), mode: 0o555 },
])("removeTree removes $depth nested directories with decimal mode $mode", async ({ depth, name, mode }) => {
  const dir = join(parent, "tree");
  nest(dir, depth, name, mode);
  await removeTree(dir);
  expect(await readdir(parent)).toEqual([]);
});

test("removeTree removes inaccessible directories, links and files, but not the targets of links", async () => {
  const dir = join(parent, "tree");
  await mkdir(join(dir, "closed/inner"), { recursive: true });
  await mkdir(join(parent, "elsewhere"));
  await writeFile(join(parent, "elsewhere/file"), "");
  execFileSync("ln", ["-s", join(parent, "elsewhere"), join(dir, "closed/link")]);
  await chmod(join(dir, "closed"), 0);
  await removeTree(dir);
  expect(await readdir(parent)).toEqual(["elsewhere"]);
  expect(await readdir(join(parent, "elsewhere"))).toEqual(["file"]);
  await removeTree(join(parent, "elsewhere/file"));
  await removeTree(join(parent, "never-there"));
  expect(await readdir(join(parent, "elsewhere"))).toEqual([]);
});
