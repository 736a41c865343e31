import { expect, test } from "vitest";
import { sbomComponent } from "./component.ts";
import type { Component } from "./component-model.ts";

const cpe = (version: string) => `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`;

test.for<[string, Component]>([
  ["only a name", { name: "a" }],
  ["a CPE with quoted characters", { name: "a", cpe: cpe("1\\+2\\:3") }],
  ['CPEs with "no value" and wildcards', { name: "a", cpe: [cpe("-"), cpe("1.?"), cpe("*1*")] }],
  ["a scope", { name: "a", scope: "excluded" }],
  ["a git URL in its Package URL", { name: "a", purl: "pkg:npm/a@1?vcs_url=git%2Bssh://git@example.com/a.git%231f2e" }],
  ["a git URL", { name: "a", downloadUrl: "git+https://example.com/a.git" }],
  ["a Package URL with all parts", { name: "a", purl: "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie#x/y" }],
])("an SBOM component can have %s", ([, given]) => {
  expect(sbomComponent(given)).toBe(given);
});

test.for<[string, Component, string]>([
  ["a name", { name: "" }, "it has no name"],
  [
    "a version of limited length",
    { name: "a", version: "1".repeat(1025) },
    "its version is longer than 1024 characters",
  ],
  [
    "a known type",
    JSON.parse('{ "name": "a", "type": "toString" }'),
    `type: expected one of "application", "framework", "library", "container", "operating-system", "file", got "toString"`,
  ],
  [
    "a known scope",
    JSON.parse('{ "name": "a", "scope": "dev" }'),
    `scope: expected one of "required", "optional", "excluded", got "dev"`,
  ],
  [
    "strings in all fields",
    JSON.parse('{ "name": "a", "version": 2, "licenses": [{ "type": "MIT" }], "cpe": [null], "checksums": [] }'),
    "version: expected a string, got 2; cpe[0]: expected a string, got null; licenses[0]: expected a string, got a table; checksums: expected a table, got a list",
  ],
  ["a valid Package URL", { name: "a", purl: "npm/a@1" }, `"npm/a@1" is not a Package URL`],
  ["a name in its Package URL", { name: "a", purl: "pkg:npm/@1" }, `"pkg:npm/@1" is not a Package URL`],
  ["a CPE of version 2.3", { name: "a", cpe: "cpe:/a:a:b:1" }, `"cpe:/a:a:b:1" is not a CPE 2.3 name`],
  ["quoted special characters in its CPE", { name: "a", cpe: cpe("1+2") }, `"${cpe("1+2")}" is not a CPE 2.3 name`],
  [
    "a checksum of the right length",
    { name: "a", checksums: { sha256: "abc" } },
    `"abc" is not a sha256 in hexadecimal digits`,
  ],
  [
    "a checksum of a known algorithm",
    JSON.parse('{ "name": "a", "checksums": { "constructor": "a" } }'),
    `"a" is not a constructor in hexadecimal digits`,
  ],
  [
    "a download URL that other machines can use",
    { name: "a", downloadUrl: "file:///root/node.tar.gz" },
    `"file:///root/node.tar.gz" is not an http, ftp or git URL`,
  ],
  [
    "a valid download URL",
    { name: "a", downloadUrl: "https://exa mple.com:x/" },
    `"https://exa mple.com:x/" is not an http, ftp or git URL`,
  ],
])("an SBOM component is refused without %s", ([, given, why]) => {
  expect(() => sbomComponent(given)).toThrow(`the SBOM component ${JSON.stringify(given.name)} is not valid: ${why}`);
});

test("all errors in an SBOM component are reported at once", () => {
  expect(() => sbomComponent({ name: "", purl: "a", cpe: ["b", "c"], downloadUrl: "d" })).toThrow(
    'the SBOM component "" is not valid: it has no name; "a" is not a Package URL; "b" is not a CPE 2.3 name; ' +
      '"c" is not a CPE 2.3 name; "d" is not an http, ftp or git URL',
  );
});

test("validating a hostile CPE takes linear time", () => {
  const hostile = `cpe:2.3:a:${"?".repeat(50_000)}${"a".repeat(50_000)}!:b`;
  expect(() => sbomComponent({ name: "a", cpe: hostile })).toThrow("is not a CPE 2.3 name");
});
