// @needs root
import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { onDisk } from "../files/file-name.ts";
import { directoryEntries, parentEntries } from "./directory.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-directory-"));
  chmodSync(dir, 0o755);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const owner = { uid: 1001, gid: 1000 };

test("a directory is archived in byte order, without following symbolic links", async () => {
  mkdirSync(join(dir, "b"), 0o700);
  writeFileSync(join(dir, "b/x"), "12345");
  writeFileSync(join(dir, "b.txt"), "");
  writeFileSync(join(dir, "Z"), "run");
  linkSync(join(dir, "Z"), join(dir, "z"));
  symlinkSync("/etc/passwd", join(dir, "a"));
  writeFileSync(join(dir, "\u{1F600}"), "");
  writeFileSync(join(dir, "\uFF5E"), "");
  for (const [name, mode] of [
    ["b", 0o700],
    ["b/x", 0o644],
    ["b.txt", 0o600],
    ["Z", 0o4755],
    ["\u{1F600}", 0o644],
    ["\uFF5E", 0o644],
  ] as const)
    chmodSync(join(dir, name), mode);

  expect(await directoryEntries(dir, { at: "/layers/x", ...owner })).toEqual([
    { type: "directory", path: "/layers/x", mode: 0o755, ...owner },
    { type: "file", path: "/layers/x/Z", mode: 0o4755, ...owner, content: { file: join(dir, "Z"), size: 3 } },
    { type: "symlink", path: "/layers/x/a", mode: 0o777, ...owner, target: "/etc/passwd" },
    { type: "directory", path: "/layers/x/b", mode: 0o700, ...owner },
    { type: "file", path: "/layers/x/b/x", mode: 0o644, ...owner, content: { file: join(dir, "b/x"), size: 5 } },
    { type: "file", path: "/layers/x/b.txt", mode: 0o600, ...owner, content: { file: join(dir, "b.txt"), size: 0 } },
    { type: "file", path: "/layers/x/z", mode: 0o4755, ...owner, content: { file: join(dir, "z"), size: 3 } },
    { type: "file", path: "/layers/x/\uFF5E", mode: 0o644, ...owner, content: { file: join(dir, "\uFF5E"), size: 0 } },
    {
      type: "file",
      path: "/layers/x/\u{1F600}",
      mode: 0o644,
      ...owner,
      content: { file: join(dir, "\u{1F600}"), size: 0 },
    },
  ]);
});

test("archiving a socket fails with an error that contains the socket's path", async () => {
  const server = createServer().listen(join(dir, "s"));
  await new Promise((resolve) => server.once("listening", resolve));
  await expect(directoryEntries(dir, { at: "/x", ...owner })).rejects.toThrow(
    `${join(dir, "s")} cannot be put into a layer: it is a socket, a pipe or a device`,
  );
  server.close();
});

test("archived file names and link targets that are not UTF-8 keep their bytes", async () => {
  writeFileSync(onDisk(join(dir, "caf\udce9")), "content");
  symlinkSync(onDisk("caf\udce9"), join(dir, "\uFFFD"));
  const entries = await directoryEntries(dir, { at: "/x", ...owner });
  expect(entries.slice(1)).toMatchObject([
    { path: "/x/caf\udce9", content: { file: join(dir, "caf\udce9"), size: 7 } },
    { path: "/x/\uFFFD", target: "caf\udce9" },
  ]);
});

test.for([
  ["file", "0000", 0o000, "/x/file"],
  ["file", "0377", 0o377, "/x/file"],
  ["dir", "0300", 0o300, "/x/dir"],
  ["dir", "0600", 0o600, "/x/dir"],
] as const)(
  "archiving a %s with mode %s, which its owner cannot read, is refused for every user, as in the lifecycle",
  async ([name, , mode, path]) => {
    writeFileSync(join(dir, "file"), "");
    mkdirSync(join(dir, "dir"));
    writeFileSync(join(dir, "dir/inside"), "");
    chmodSync(join(dir, name), mode);
    const shown = mode.toString(8).padStart(4, "0");
    await expect(directoryEntries(dir, { at: "/x", ...owner, rules: "lifecycle" })).rejects.toMatchObject({
      code: "EXPORT_FAILED",
      exitCode: 62,
      message: `${path} cannot be put into a layer: its mode is ${shown}`,
    });
    chmodSync(join(dir, name), 0o700);
  },
);

test("named pipes and devices are archived on request, sockets are not", async () => {
  const server = createServer().listen(join(dir, "s"));
  await new Promise((resolve) => server.once("listening", resolve));
  execFileSync("mkfifo", ["-m", "640", join(dir, "p")]);
  execFileSync("mknod", ["-m", "600", join(dir, "c"), "c", "1", "7"]);
  if (process.getuid?.() === 0) execFileSync("mknod", ["-m", "600", join(dir, "d"), "b", "4095", "1048575"]);
  const entries = await directoryEntries(dir, { at: "/x", ...owner, rules: "lifecycle" });
  server.close();
  expect(entries.slice(1)).toEqual([
    { type: "character-device", path: "/x/c", mode: 0o600, ...owner, devmajor: 1, devminor: 7 },
    ...(process.getuid?.() === 0
      ? [{ type: "block-device", path: "/x/d", mode: 0o600, ...owner, devmajor: 4095, devminor: 1048575 }]
      : []),
    { type: "fifo", path: "/x/p", mode: 0o640, ...owner },
  ]);
});

test.for<[string, string[]]>([
  ["/a/b/c", ["/a", "/a/b"]],
  ["a/b", ["a"]],
  ["//a//b/", ["/a"]],
])("the parent directories of the path %j are %j", ([path, parents]) => {
  expect(parentEntries(path)).toEqual(
    parents.map((parent) => ({ type: "directory", path: parent, mode: 0o755, uid: 0, gid: 0 })),
  );
});

test.for(["/a", "/"])("the path %j has no parent directories", (path) => expect(parentEntries(path)).toEqual([]));
