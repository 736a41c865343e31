import { lutimesSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { memberOf, type RawMember } from "./member.ts";

const raw: RawMember = {
  typeflag: "2",
  path: "link",
  target: "file",
  mode: 0o777,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0,
  devmajor: 0,
  devminor: 0,
};

test.for<[Readonly<Record<string, string>>, string]>([
  [{ uid: "4294967295" }, "its size or owner is not a valid number"],
  [{ gid: "99999999999999" }, "its size or owner is not a valid number"],
  [{ mtime: "infinity" }, "its time is not a valid number"],
  [{ mtime: "Infinity" }, "its time is not a valid number"],
  [{ mtime: "NaN" }, "its time is not a valid number"],
  [{ mtime: "1e300" }, "its time is not a valid number"],
  [{ mtime: "" }, "its time is not a valid number"],
  [{ mtime: `1${"0".repeat(300)}` }, "its time is not a valid number"],
  [{ linkpath: "file\0/etc" }, "its name or target holds a NUL character"],
  [{ path: "file\0" }, "its name or target holds a NUL character"],
])("a member that Linux cannot represent is refused: %j", ([records, why]) => {
  expect(() => memberOf(raw, records)).toThrow(`cannot be read: ${why}`);
});

test("a time that only base-256 can represent is refused", () => {
  expect(() => memberOf({ ...raw, mtime: 2 ** 90 }, {})).toThrow("its time is not a valid number");
});

test.for<[string, number]>([
  ["1.75", 1],
  ["-1.25", -2],
  ["9007199254740991", Number.MAX_SAFE_INTEGER],
])("the time %s is kept in whole seconds", ([mtime, expected]) => {
  expect(memberOf(raw, { mtime }).mtime).toBe(expected);
});

test("file systems accept the earliest and latest permitted time", () => {
  const dir = mkdtempSync(join(tmpdir(), "member-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const mtime of ["9007199254740991", "-9007199254740991"]) {
    const time = memberOf(raw, { mtime }).mtime;
    utimesSync(dir, time, time);
    lutimesSync(dir, time, time);
  }
});

test("the largest user id of Linux is kept", () => {
  expect(memberOf(raw, { uid: "4294967294" }).uid).toBe(4294967294);
});
