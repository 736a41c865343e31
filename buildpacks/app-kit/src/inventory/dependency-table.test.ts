import { expect, test } from "vitest";
import { type Dependency, dependencyTable } from "./dependency-table.ts";

const least: Dependency = {
  id: "x",
  version: "1.0.0",
  uri: "https://x.test/x.tgz",
  checksum: "sha256:0",
  hasTopFolder: false,
  license: "MIT",
};

test.for<readonly [string, Dependency, string]>([
  [
    "with the required fields alone",
    least,
    `[[metadata.dependencies]]
id = "x"
version = "1.0.0"
uri = "https://x.test/x.tgz"
checksum = "sha256:0"
licenses = ["MIT"]
`,
  ],
  [
    "with all fields",
    {
      ...least,
      name: "X",
      os: "linux",
      arch: "arm64",
      hasTopFolder: true,
      purl: "pkg:generic/x@1.0.0",
      cpe: "cpe:2.3:a:x:x:1.0.0:*:*:*:*:*:*:*",
      eolDate: "2030-01-31",
    },
    `[[metadata.dependencies]]
id = "x"
name = "X"
version = "1.0.0"
os = "linux"
arch = "arm64"
uri = "https://x.test/x.tgz"
checksum = "sha256:0"
strip-components = 1
licenses = ["MIT"]
purl = "pkg:generic/x@1.0.0"
cpe = "cpe:2.3:a:x:x:1.0.0:*:*:*:*:*:*:*"
eol-date = 2030-01-31
`,
  ],
])("a table [[metadata.dependencies]] is written %s", ([, dependency, expected]) =>
  expect(dependencyTable(dependency)).toBe(expected),
);
