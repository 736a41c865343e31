import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SandboxFiles, sandboxFiles } from "./sandbox-files.ts";

let dir: string;
let files: SandboxFiles;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "sandbox-files-"));
  await write("rootfs/etc/passwd", "the builder's");
  await write("outside/secret", "the host's");
  await write("layers/a/file", "a file");
  files = sandboxFiles(join(dir, "rootfs"), [{ source: join(dir, "layers"), target: "/layers" }]);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), text);
}

const link = (target: string, path: string) => symlink(target, join(dir, path));

test("files are found in the root and in what is mounted over it", async () => {
  expect(await files.readText("/etc/passwd")).toBe("the builder's");
  expect(await files.readText("/layers/a/file")).toBe("a file");
  expect(await files.list("/layers")).toEqual(["a"]);
  expect(await files.list("/absent")).toEqual([]);
  expect(await files.readText("/layers/a")).toBeUndefined();
});

test.for<[string, string, string | undefined]>([
  ["an absolute link leads to the sandbox's file", "/etc/passwd", "the builder's"],
  ["a relative link", "../a/file", "a file"],
  ["a link above the root ends at the root", "../../../../../../etc/passwd", "the builder's"],
  ["a link to a file of the host leads nowhere", "<host>/outside/secret", undefined],
  ["a link to itself ends", "/layers/a/link", undefined],
])("%s", async ([, target, expected]) => {
  await link(target.replace("<host>", dir), "layers/a/link");
  expect(await files.readText("/layers/a/link")).toBe(expected);
});

test("a linked directory is looked into as the sandbox would", async () => {
  await link("/etc", "layers/b");
  expect(await files.readText("/layers/b/passwd")).toBe("the builder's");
});

test("what is mounted where the root has no folder yet is found", async () => {
  const source = join(dir, "layers");
  const mounted = sandboxFiles(join(dir, "rootfs"), [{ source, target: "/cnb/buildpacks/an_id/1.0.0" }]);
  expect(await mounted.readText("/cnb/buildpacks/an_id/1.0.0/a/file")).toBe("a file");
  expect(await mounted.find("/cnb/buildpacks/other")).toBeUndefined();
});

test("what its owner may not read is not read by root either", async () => {
  await write("layers/a/closed", "text");
  await write("layers/b/file", "text");
  await chmod(join(dir, "layers/a/closed"), 0o044);
  await chmod(join(dir, "layers/b"), 0o311);
  await expect(files.readText("/layers/a/closed")).rejects.toThrow("/layers/a/closed cannot be read: its mode is 0044");
  await expect(files.list("/layers/b")).rejects.toThrow("/layers/b cannot be read: its mode is 0311");
  await chmod(join(dir, "layers/b"), 0o755);
});

test("a link in a circle leads nowhere for who asks for a file, and is an error for who asks as stat does", async () => {
  await link("loop", "layers/a/loop");
  expect(await files.find("/layers/a/loop")).toBeUndefined();
  for (const path of ["/layers/a/loop", "/layers/a/loop/env"])
    await expect(files.stat(path)).rejects.toThrow(`${path} has too many levels of symbolic links`);
  expect(await files.stat("/layers/a/absent")).toBeUndefined();
  expect(await files.stat("/layers/a/file")).toMatchObject({ kind: "file" });
});
