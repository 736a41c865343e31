import { describe, expect, test } from "vitest";
import { readAr } from "./ar.ts";
import { readDeb } from "./deb.ts";

const header = (name: string, size: string | number) =>
  `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(size).padEnd(10)}\`\n`;
const ar = (...members: [name: string, data: string][]) =>
  Buffer.from(
    `!<arch>\n${members.map(([name, data]) => header(name, data.length) + data + (data.length % 2 ? "\n" : "")).join("")}`,
  );

describe("an ar archive in a Debian package", () => {
  test("is read with members at even offsets and with member names that end in a slash", () => {
    const members = readAr(ar(["one", "1"], ["two/", "22"], ["three", ""]));
    expect(members.map(({ name, data }) => [name, Buffer.from(data).toString()])).toEqual([
      ["one", "1"],
      ["two", "22"],
      ["three", ""],
    ]);
  });

  test.for<[string, Buffer, string]>([
    ["another format", Buffer.from("PK"), "the package file is not an ar archive"],
    ["a truncated header", ar(["one", "1"]).subarray(0, 40), "the package file has a damaged member header at byte 8"],
    [
      "truncated data",
      Buffer.from(`!<arch>\n${header("one", 5)}1234`),
      "the package file is truncated: its member at byte 8 is incomplete",
    ],
    [
      "a size that is not a number",
      Buffer.from(`!<arch>\n${header("one", "-1")}`),
      'the package file has a member with the size "-1", which is not a number, at byte 8',
    ],
  ])("with %s is refused", ([, bytes, message]) => {
    expect(() => readAr(bytes)).toThrow(message);
  });
});

test.for<[string, Buffer, string]>([
  ["that is not an ar archive", Buffer.from("html"), "the package file is not an ar archive"],
  [
    "of an unknown format version",
    ar(["debian-binary", "3.0\n"]),
    "the first member of the package is not the file debian-binary with the format version 2.x",
  ],
  ["without control data", ar(["debian-binary", "2.0\n"]), "the package has no member control.tar"],
  [
    "without a control file",
    ar(["debian-binary", "2.0\n"], ["control.tar", "\0".repeat(1024)]),
    'the package has no file "control" in its member control.tar',
  ],
])("a Debian package %s is refused", async ([, bytes, cause]) => {
  await expect(readDeb(bytes, "demo")).rejects.toMatchObject({
    code: "BASE_PACKAGE_INVALID",
    message: "the package demo is not a Debian package that can be unpacked",
    cause: { message: cause },
  });
});
