import { expect, test } from "vitest";
import { parseSize } from "../commands/flags/limit-flags.ts";
import { parseTmpfs } from "./tmpfs.ts";

test.for<[string, object]>([
  ["/run", { target: "/run" }],
  ["/run/../tmp/", { target: "/tmp" }],
  ["/run:size=64m,mode=0755", { target: "/run", bytes: 64 * 2 ** 20, mode: 0o755 }],
  ["/run:rw,nosuid,nodev,exec,mode=1777", { target: "/run", mode: 0o1777 }],
])("--tmpfs %j is parsed as %j", ([text, expected]) => {
  expect(parseTmpfs(text, parseSize)).toEqual(expected);
});

test.for([
  ["run", "is not DIR or DIR:OPTIONS, with an absolute path as DIR"],
  ["", "is not DIR or DIR:OPTIONS, with an absolute path as DIR"],
  ["/run:noexec", 'has the option "noexec", which is not size=SIZE or mode=MODE'],
  ["/run:mode=9", 'has the option "mode=9", which is not size=SIZE or mode=MODE'],
  ["/run:size=much", 'has the invalid size "much"'],
])("--tmpfs %j is refused, because it %s", ([text = "", why]) => {
  expect(() => parseTmpfs(text, parseSize)).toThrow(
    expect.objectContaining({ code: "ARGUMENT_INVALID", message: `--tmpfs ${text} ${why}` }),
  );
});
