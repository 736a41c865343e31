import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { directoryEntries, parentEntries } from "./directory.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-directory-"));
  chmodSync(dir, 0o755);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const owner = { uid: 1001, gid: 1000 };

test("a directory is listed in the order of bytes, links as they are", async () => {
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

test("a socket is refused by its name", async () => {
  const server = createServer().listen(join(dir, "s"));
  await new Promise((resolve) => server.once("listening", resolve));
  await expect(directoryEntries(dir, { at: "/x", ...owner })).rejects.toThrow(
    `${join(dir, "s")} cannot be put into a layer: it is a socket, a pipe or a device`,
  );
  server.close();
});

test("a name that is not UTF-8 is refused", async () => {
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff])]), "");
  await expect(directoryEntries(dir, { at: "/x", ...owner })).rejects.toThrow("its name is not UTF-8");
});

test.for<[string, string[]]>([
  ["/a/b/c", ["/a", "/a/b"]],
  ["/a", []],
  ["/", []],
  ["a/b", ["a"]],
  ["//a//b/", ["/a"]],
])("above %s", ([path, parents]) => {
  expect(parentEntries(path)).toEqual(
    parents.map((parent) => ({ type: "directory", path: parent, mode: 0o755, uid: 0, gid: 0 })),
  );
});
