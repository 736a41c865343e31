import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digestOfFiles, digestOfText } from "libcnb/kit";
import { expect, onTestFinished, test } from "vitest";
import { type FileMap, writeFiles } from "../../testing/index.ts";

async function digest(files: FileMap, path = ""): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "digest-of-files-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  await writeFiles(dir, files);
  return digestOfFiles(join(dir, path));
}

test("the digest of a directory depends on the contents and names of its files", async () => {
  const given = await digest({ a: "1", b: "2" });
  expect(given).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await digest({ b: "2", a: "1" })).toBe(given);
  const others = await Promise.all([{ a: "1", b: "3" }, { a: "1", c: "2" }, { a: "1" }].map((files) => digest(files)));
  expect(new Set([given, ...others]).size).toBe(4);
});

test("the SHA-256 digests of a file and of a string are computed", async () => {
  expect(await digest({ a: "1" }, "a")).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(digestOfText("1")).toBe("sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
});
