import { expect, test } from "vitest";
import { memberOf, type RawMember } from "./member.ts";

const raw: RawMember = {
  ...{ typeflag: "2", path: "link", target: "file", mode: 0o777, uid: 0, gid: 0, size: 0, mtime: 0 },
  ...{ devmajor: 0, devminor: 0 },
};

test.for<[Readonly<Record<string, string>>, string]>([
  [{ uid: "4294967295" }, "its size or owner is not a valid number"],
  [{ gid: "99999999999999" }, "its size or owner is not a valid number"],
  [{ linkpath: "file\0/etc" }, "its name or target holds a NUL character"],
  [{ path: "file\0" }, "its name or target holds a NUL character"],
])("a member that the kernel cannot have is refused: %j", ([records, why]) => {
  expect(() => memberOf(raw, records)).toThrow(`cannot be read: ${why}`);
});

test("the largest owner of Linux is kept", () => {
  expect(memberOf(raw, { uid: "4294967294" }).uid).toBe(4294967294);
});
