import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeMountPoints } from "./working-dir.ts";
import type { WritableRoot } from "./writable-root.ts";

let dir = "";
let root: WritableRoot;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "working-dir-"));
  for (const name of ["root/etc", "directory"]) mkdirSync(join(dir, name), { recursive: true });
  for (const name of ["root/etc/hosts", "file"]) writeFileSync(join(dir, name), "");
  symlinkSync("/etc", join(dir, "root/link"));
  root = { backend: "bubblewrap", rootfs: join(dir, "root"), remove: async () => {} };
});
afterEach(() => rmSync(dir, { recursive: true }));

const location = (source: string, target: string) =>
  makeMountPoints("oci:app", root, [{ source: join(dir, source), target, readonly: true }]);

test("the working directory and mount points of an app are created or reused", async () => {
  for (const [source, target] of [
    ["directory", "/link"],
    ["file", "/link/hosts"],
    ["directory", "/a/b"],
    ["file", "/link/c"],
  ] as const)
    await location(source, target);
  const made = ["", "a", "etc"].map((name) => readdirSync(join(root.rootfs, name)).sort());
  expect(made).toEqual([["a", "etc", "link"], ["b"], ["c", "hosts"]]);
});

test.for([
  ["directory", "/etc/hosts", "a directory cannot be mounted at /etc/hosts: in the image oci:app, this path is a file"],
  ["file", "/link", "a file cannot be mounted at /link: in the image oci:app, this path is a directory"],
  [
    "file",
    "/etc/hosts/a",
    "a volume cannot be mounted at /etc/hosts/a: in the image oci:app, /etc/hosts is not a directory",
  ],
] as const)("a mount of a %s at %s is refused with the error %j", async ([source, target, message]) => {
  await expect(location(source, target)).rejects.toMatchObject({ code: "ARGUMENT_INVALID", message });
});
