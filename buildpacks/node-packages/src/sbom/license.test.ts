import { resolve } from "node:path";
import { expect, test } from "vitest";
import { checksums } from "./components.ts";
import { licenseOf, readLicense } from "./license.ts";

test.for<[string, unknown, string | undefined]>([
  ["the license in a package.json is read", { license: "MIT" }, "MIT"],
  ["the SPDX expression in a package.json is read", { license: "(MIT OR Apache-2.0)" }, "(MIT OR Apache-2.0)"],
  [
    "the type of a license object in a package.json is read",
    { license: { type: "ISC", url: "https://x.test" } },
    "ISC",
  ],
  [
    "several licenses in a package.json are joined by OR",
    { licenses: [{ type: "MIT" }, { type: "Apache-2.0" }] },
    "(MIT OR Apache-2.0)",
  ],
  ["the only license in the list of a package.json is read", { licenses: [{ type: "MIT" }] }, "MIT"],
  ["a blank license in a package.json is ignored", { license: " " }, undefined],
  ["a license in a package.json that is not a string is ignored", { license: 7 }, undefined],
  ["a package.json without a license yields no license", {}, undefined],
  ["a package.json that is null yields no license", null, undefined],
])("%s", ([, packageJson, license]) => {
  expect(licenseOf(packageJson)).toBe(license);
});

test("the license of a package is read from its package.json if the package has this file", async () => {
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
])("the digests in a lockfile's integrity field %j are read", ([integrity, expected]) => {
  expect(checksums(integrity)).toEqual(expected);
});
