import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readForeignFile } from "./foreign-file.ts";

let dir: string;
const location = (name: string) => join(dir, name);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "foreign-file-"));
  for (const name of ["root", "root-2"]) await mkdir(location(name));
  await writeFile(location("root/file"), "inside");
  await writeFile(location("root-2/file"), "outside");
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test("a directory that was replaced by a symbolic link out of the root gives no access to files", async () => {
  await symlink("../root-2", location("root/swapped"));
  expect(await readForeignFile(location("root/swapped/file"), 100)).toEqual(Buffer.from("outside"));
  expect(await readForeignFile(location("root/swapped/file"), 100, location("root"))).toBeUndefined();
});

test("the root of a file tree may be reached through a symbolic link, and may be /", async () => {
  await symlink("root", location("alias"));
  expect(await readForeignFile(location("alias/file"), 100, location("alias"))).toEqual(Buffer.from("inside"));
  expect(await readForeignFile(location("root/file"), 100, "/")).toEqual(Buffer.from("inside"));
});
