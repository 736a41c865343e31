import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readForeignFile } from "./foreign-file.ts";

let dir: string;
const place = (name: string) => join(dir, name);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "foreign-file-"));
  for (const name of ["root", "root-2"]) await mkdir(place(name));
  await writeFile(place("root/file"), "inside");
  await writeFile(place("root-2/file"), "outside");
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test("a directory that was replaced by a link out of the root gives access to no file", async () => {
  await symlink("../root-2", place("root/swapped"));
  expect(await readForeignFile(place("root/swapped/file"), 100)).toEqual(Buffer.from("outside"));
  expect(await readForeignFile(place("root/swapped/file"), 100, place("root"))).toBeUndefined();
});

test("a root may be reached through a link, and may be /", async () => {
  await symlink("root", place("alias"));
  expect(await readForeignFile(place("alias/file"), 100, place("alias"))).toEqual(Buffer.from("inside"));
  expect(await readForeignFile(place("root/file"), 100, "/")).toEqual(Buffer.from("inside"));
});
