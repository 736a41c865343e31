import { resolve } from "node:path";
import { expect, test } from "vitest";
import { checksums } from "./integrity.ts";
import { licenseOf, readLicense } from "./license.ts";

test.for<[unknown, string | undefined]>([
  [{ license: "MIT" }, "MIT"],
  [{ license: "(MIT OR Apache-2.0)" }, "(MIT OR Apache-2.0)"],
  [{ license: { type: "ISC", url: "https://x.test" } }, "ISC"],
  [{ licenses: [{ type: "MIT" }, { type: "Apache-2.0" }] }, "(MIT OR Apache-2.0)"],
  [{ licenses: [{ type: "MIT" }] }, "MIT"],
  [{ license: " " }, undefined],
  [{ license: 7 }, undefined],
  [{}, undefined],
  [null, undefined],
])("%j names its license", ([packageJson, license]) => {
  expect(licenseOf(packageJson)).toBe(license);
});

test("a directory without package.json names no license", async () => {
  expect(await readLicense(import.meta.dirname)).toBeUndefined();
  expect(await readLicense(resolve(import.meta.dirname, "../.."))).toBe("MIT");
});

const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");

test.for<[string, Readonly<Record<string, string>>]>([
  ["", {}],
  [`sha1-${base64("ab".repeat(20))}`, { sha1: "ab".repeat(20) }],
  [
    `sha512-${base64("cd".repeat(64))}?x=y  sha256-${base64("ef".repeat(32))}`,
    { sha512: "cd".repeat(64), sha256: "ef".repeat(32) },
  ],
  ["sha512-short sha999-AAAA 10c0/abcdef constructor-AAAA", {}],
])("the digests in %j", ([integrity, expected]) => {
  expect(checksums(integrity)).toEqual(expected);
});
