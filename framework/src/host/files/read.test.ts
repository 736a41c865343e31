// @needs processes
import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { textAt, textsIn } from "./read.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";

test("reading a directory returns files and links to files, and ignores other entries and names that are not UTF-8", () =>
  inTemporaryDirectory(async (root) => {
    const dir = join(root, "env");
    await mkdir(join(dir, "DIRECTORY"), { recursive: true });
    await writeFile(join(dir, "FILE"), "text");
    await symlink("FILE", join(dir, "LINK"));
    await symlink(root, join(dir, "LINK_TO_DIRECTORY"));
    await writeFile(join(dir, "..data"), "of a mount");
    execFileSync("mkfifo", [join(dir, "PIPE")]);
    await symlink("PIPE", join(dir, "LINK_TO_PIPE"));
    await writeFile(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff, 0xfe])]), "name of other bytes");
    expect(await textsIn(dir)).toEqual({ FILE: "text", LINK: "text" });
  }));

test("reading a directory as a file is an error that names the directory", () =>
  inTemporaryDirectory(async (dir) => {
    await expect(textAt(dir)).rejects.toThrow(`EISDIR: illegal operation on a directory, read '${dir}'`);
  }));
