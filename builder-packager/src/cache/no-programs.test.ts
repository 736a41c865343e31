import { expect, test } from "vitest";
import { isNoexec } from "./no-programs.ts";

const mountinfo = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:25 / /home rw,noexec,relatime - ext4 /dev/vdb rw
31 30 0:26 / /home/me/a\\040b rw,relatime - tmpfs tmpfs rw
32 22 0:27 / /tmp rw,noexec - tmpfs tmpfs rw
33 22 0:28 / /tmp rw - tmpfs tmpfs rw
`;

test.for<[string, boolean]>([
  ["/var/cache", false],
  ["/home", true],
  ["/home/me/.cache/libcnb", true],
  ["/homestead", false],
  ["/home/me/a b/cache", false],
  ["/tmp/x", false],
])(
  'isNoexec(%j) returns %s if /home is mounted with noexec, but /, /tmp and "/home/me/a b" are not',
  ([path, expected]) => {
    expect(isNoexec(path, mountinfo)).toBe(expected);
  },
);

test("the check for noexec treats a path outside of the listed mounts as executable", () => {
  expect(isNoexec("/a", "")).toBe(false);
});
