import { expect, test } from "vitest";
import { checksumIn, checksumOf } from "./checksum-file.ts";

const [hex, other] = ["a".repeat(64), "b".repeat(64)];

test.for<[string, string]>([
  [`${hex}\n`, "only the digits"],
  [`${hex}  tool.tar.gz\n`, "one line of sha256sum"],
  [`${other}  a\n${hex} *./dir/tool.tar.gz\n${other}  b\n`, "the line of tool.tar.gz among lines of other files"],
  [`SHA256 (other) = ${other}\nSHA256 (tool.tar.gz) = ${hex}\n${other}  x\n`, "the line of tool.tar.gz in BSD format"],
])("reading the checksum file %j, which contains %s, returns the checksum of tool.tar.gz", ([text]) => {
  expect(checksumIn(text, "tool.tar.gz", "url")).toBe(`sha256:${hex}`);
});

test.for([
  `${other}  a\n${other}  b\n${other}  c\n`,
  "d41d8cd98f00b204e9800998ecf8427e  tool.tar.gz\n",
  `${hex}  tool.tar.gz\n${other}  tool.tar.gz\nx\n`,
])("the checksum file %j is refused because it has no single checksum of tool.tar.gz", (text) => {
  expect(() => checksumIn(text, "tool.tar.gz", "url")).toThrowError(
    expect.objectContaining({ code: "INVENTORY_SOURCE_INVALID" }),
  );
});

test("only SHA-2 checksums of the right length are accepted", () => {
  expect([`sha256:${hex}`, hex, `sha512:${hex}`, "md5:00", `sha512-${"A".repeat(86)}==`].map(checksumOf)).toEqual([
    `sha256:${hex}`,
    `sha256:${hex}`,
    undefined,
    undefined,
    `sha512-${"A".repeat(86)}==`,
  ]);
});
