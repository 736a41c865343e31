import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { directoryEntries } from "../../tar/directory.ts";
import { hashTar } from "./hashed-tar.ts";

/** The entries of a directory with so many files of one byte. Each takes a header of 512 bytes and a block of 512 bytes. */
async function smallFiles(count: number) {
  const dir = mkdtempSync(join(tmpdir(), "hashed-tar-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (let index = 0; index < count; index++) writeFileSync(join(dir, `${index}`), "a");
  return { dir, entries: await directoryEntries(dir, { at: "/a", uid: 0, gid: 0 }) };
}

test("a small tar is kept in memory, and its files are read once", async () => {
  const { dir, entries } = await smallFiles(10);
  const tar = await hashTar(entries, { keepBytes: 64 * 1024 });
  rmSync(dir, { recursive: true });
  expect((await buffer(tar.bytes())).length).toBe(512 + 10 * 1024 + 1024);
});

test("a tar whose headers exceed the memory limit is not kept in memory, even if its files are small", async () => {
  const { dir, entries } = await smallFiles(100);
  const tar = await hashTar(entries, { keepBytes: 64 * 1024 });
  rmSync(dir, { recursive: true });
  await expect(buffer(tar.bytes())).rejects.toMatchObject({ code: "FILE_CHANGED" });
});
