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

test.for<[string, Readonly<Record<string, string>>, string]>([
  ["a user ID that the kernel reserves", { uid: "4294967295" }, "its size or owner is not a valid number"],
  ["a group ID beyond 32 bits", { gid: "99999999999999" }, "its size or owner is not a valid number"],
  ['the time "infinity"', { mtime: "infinity" }, "its time is not a valid number"],
  ['the time "Infinity"', { mtime: "Infinity" }, "its time is not a valid number"],
  ['the time "NaN"', { mtime: "NaN" }, "its time is not a valid number"],
  ["a time in exponential notation", { mtime: "1e300" }, "its time is not a valid number"],
  ["an empty time", { mtime: "" }, "its time is not a valid number"],
  ["a time of 301 digits", { mtime: `1${"0".repeat(300)}` }, "its time is not a valid number"],
  ["NUL in the target", { linkpath: "file\0/etc" }, "its name or target contains a NUL character"],
  ["NUL in the name", { path: "file\0" }, "its name or target contains a NUL character"],
])("a tar member with %s is refused, because Linux cannot represent it", ([, records, why]) => {
  expect(() => memberOf(raw, records)).toThrow(`cannot be read: ${why}`);
});

test("a tar member with a time that only base-256 encoding can represent is refused", () => {
  expect(() => memberOf({ ...raw, mtime: 2 ** 90 }, {})).toThrow("its time is not a valid number");
});

test.for<[string, number]>([
  ["1.75", 1],
  ["-1.25", -2],
  ["9007199254740991", Number.MAX_SAFE_INTEGER],
])("the time %s of a tar member is rounded down to whole seconds", ([mtime, expected]) => {
  expect(memberOf(raw, { mtime }).mtime).toBe(expected);
});

test("file systems accept the earliest and latest time that tar members may have", () => {
  const dir = mkdtempSync(join(tmpdir(), "member-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const mtime of ["9007199254740991", "-9007199254740991"]) {
    const time = memberOf(raw, { mtime }).mtime;
    utimesSync(dir, time, time);
    lutimesSync(dir, time, time);
  }
});

test("the largest user ID of Linux is read from a tar", () => {
  expect(memberOf(raw, { uid: "4294967294" }).uid).toBe(4294967294);
});
