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

test("files of a sandboxed build are found in the root file system and in mounts over it", async () => {
  expect(await files.readText("/etc/passwd")).toBe("the builder's");
  expect(await files.readText("/layers/a/file")).toBe("a file");
  expect(await files.list("/layers")).toEqual(["a"]);
  expect(await files.list("/absent")).toEqual([]);
  expect(await files.readText("/absent")).toBeUndefined();
  await expect(files.readText("/layers/a")).rejects.toThrow("/layers/a is not a file");
});

test.for<[string, string, string | undefined]>([
  ["to an absolute path leads to the file of the sandbox", "/etc/passwd", "the builder's"],
  ["to a relative path leads to the file", "../a/file", "a file"],
  [
    "with more .. than parent directories leads to the root of the sandbox",
    "../../../../../../etc/passwd",
    "the builder's",
  ],
  ["to a file of the host is dangling", "<host>/outside/secret", undefined],
  ["to /dev/null is an empty file", "/dev/null", ""],
])("a symbolic link in the sandbox %s", async ([, target, expected]) => {
  await link(target.replace("<host>", dir), "layers/a/link");
  expect(await files.readText("/layers/a/link")).toBe(expected);
});

test("a file below a linked directory is resolved inside the sandbox", async () => {
  await link("/etc", "layers/b");
  expect(await files.readText("/layers/b/passwd")).toBe("the builder's");
});

test("a mount in the sandbox is found even if the root file system lacks its mount point", async () => {
  const source = join(dir, "layers");
  const mounted = sandboxFiles(join(dir, "rootfs"), [{ source, target: "/cnb/buildpacks/an_id/1.0.0" }]);
  expect(await mounted.readText("/cnb/buildpacks/an_id/1.0.0/a/file")).toBe("a file");
  expect(await mounted.find("/cnb/buildpacks/other")).toBeUndefined();
});

test("a file that its owner cannot read is not read as root", async () => {
  await write("layers/a/closed", "text");
  await write("layers/b/file", "text");
  await chmod(join(dir, "layers/a/closed"), 0o044);
  await chmod(join(dir, "layers/b"), 0o311);
  await expect(files.readText("/layers/a/closed")).rejects.toThrow("/layers/a/closed cannot be read: its mode is 0044");
  await expect(files.list("/layers/b")).rejects.toThrow("/layers/b cannot be read: its mode is 0311");
  await chmod(join(dir, "layers/b"), 0o755);
});

test.for<[string, string, string]>([
  ["a link to itself", "link", "has too many levels of symbolic links"],
  ["a link through a file", "file/x", "leads through /layers/a/file, which is a file"],
  [
    "a link into a directory without search permission",
    "closed/x",
    "leads through /layers/a/closed, a directory without execute permission",
  ],
])("reading %s in the sandbox is an error, not a missing file", async ([, target, problem]) => {
  await link(target, "layers/a/link");
  await write("layers/a/closed/x", "text");
  await chmod(join(dir, "layers/a/closed"), 0o600);
  expect(await files.find("/layers/a/link")).toBeUndefined();
  for (const read of [files.stat, files.readText, files.list])
    await expect(read("/layers/a/link")).rejects.toThrow(`/layers/a/link ${problem}`);
  await chmod(join(dir, "layers/a/closed"), 0o700);
});

test("a dangling link in the sandbox is treated as a missing file", async () => {
  await link("nowhere/x", "layers/a/link");
  expect(await files.stat("/layers/a/link")).toBeUndefined();
  expect(await files.readText("/layers/a/link")).toBeUndefined();
  expect(await files.list("/layers/a/link")).toEqual([]);
});

test("lstat in the sandbox distinguishes a symbolic link from the directory it points to", async () => {
  await link("/etc", "layers/a/link");
  expect(await files.lstat("/layers/a/link")).toEqual({ isDirectory: false, hostPath: join(dir, "layers/a/link") });
  expect(await files.lstat("/layers/a")).toMatchObject({ isDirectory: true });
  expect(await files.lstat("/layers/a/absent")).toBeUndefined();
  expect(await files.lstat("/absent/file")).toBeUndefined();
});
