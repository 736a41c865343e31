import { expect, test } from "vitest";
import { readInventory } from "./read-inventory.ts";

const hex = "ab".repeat(32);

test("dependency tables of buildpack.toml are read in Paketo's format", () => {
  const { releases, defaultVersions } = readInventory(
    `
[metadata.default-versions]
node = "22.*"

[[metadata.dependencies]]
checksum = "sha512:${"AB".repeat(64)}"
cpe = "cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*"
deprecation_date = 2027-04-30T00:00:00Z
id = "node"
licenses = ["MIT", "BSD-2-Clause"]
name = "Node.js"
os = "linux"
arch = "arm64"
purl = "pkg:generic/node@v22.1.0?checksum=abc"
source = "https://nodejs.test/node-v22.1.0.tar.gz"
source-checksum = "sha256:${hex}"
stacks = ["io.buildpacks.stacks.jammy"]
strip-components = 1
uri = "https://user:secret@nodejs.test/node-v22.1.0-linux-arm64.tar.xz"
version = "22.1.0"

[[metadata.dependencies]]
cpes = ["cpe:2.3:a:oracle:jdk:21.0.1:*:*:*:*:*:*:*"]
eol-date = 2029-09-30
id = "jdk"
purls = ["pkg:generic/jdk@21.0.1"]
sha256 = "${hex}"
uri = "https://jdk.test/jdk.tar.gz"
version = "21.0.1"

  [[metadata.dependencies.distros]]
  name = "ubuntu"
  version = "24.04"

  [[metadata.dependencies.licenses]]
  type = "GPL-2.0 WITH Classpath-exception-2.0"
  uri = "https://jdk.test/legal"

[[metadata.dependencies]]
id = "tool"
uri = "npm:@acme/tool@1.0.0"
version = "1.0.0"
`,
    "buildpack.toml",
  );
  expect(defaultVersions).toEqual({ node: "22.*" });
  const absent = {
    os: undefined,
    arch: undefined,
    variant: undefined,
    source: undefined,
    sourceChecksum: undefined,
    stripComponents: undefined,
  };
  expect(releases).toEqual([
    {
      id: "node",
      name: "Node.js",
      version: "22.1.0",
      uri: "https://user:secret@nodejs.test/node-v22.1.0-linux-arm64.tar.xz",
      checksum: `sha512:${"ab".repeat(64)}`,
      os: "linux",
      arch: "arm64",
      variant: undefined,
      distros: [],
      stacks: ["io.buildpacks.stacks.jammy"],
      licenses: [{ type: "MIT" }, { type: "BSD-2-Clause" }],
      purls: ["pkg:generic/node@v22.1.0?checksum=abc"],
      cpes: ["cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*"],
      source: "https://nodejs.test/node-v22.1.0.tar.gz",
      sourceChecksum: `sha256:${hex}`,
      stripComponents: 1,
      endOfLife: "2027-04-30T00:00:00.000Z",
      component: {
        type: "application",
        name: "node",
        version: "22.1.0",
        purl: "pkg:generic/node@v22.1.0?checksum=abc",
        cpe: "cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*",
        licenses: ["MIT", "BSD-2-Clause"],
        checksums: { sha512: "ab".repeat(64) },
        downloadUrl: "https://nodejs.test/node-v22.1.0-linux-arm64.tar.xz",
      },
      metadata: { id: "node", version: "22.1.0", os: "linux", arch: "arm64", checksum: `sha512:${"ab".repeat(64)}` },
    },
    {
      ...absent,
      id: "jdk",
      name: "jdk",
      version: "21.0.1",
      uri: "https://jdk.test/jdk.tar.gz",
      checksum: `sha256:${hex}`,
      distros: [{ name: "ubuntu", version: "24.04" }],
      stacks: [],
      licenses: [{ type: "GPL-2.0 WITH Classpath-exception-2.0", uri: "https://jdk.test/legal" }],
      purls: ["pkg:generic/jdk@21.0.1"],
      cpes: ["cpe:2.3:a:oracle:jdk:21.0.1:*:*:*:*:*:*:*"],
      endOfLife: "2029-09-30",
      component: {
        type: "application",
        name: "jdk",
        version: "21.0.1",
        purl: "pkg:generic/jdk@21.0.1",
        cpe: "cpe:2.3:a:oracle:jdk:21.0.1:*:*:*:*:*:*:*",
        licenses: ["GPL-2.0 WITH Classpath-exception-2.0"],
        checksums: { sha256: hex },
        downloadUrl: "https://jdk.test/jdk.tar.gz",
      },
      metadata: { id: "jdk", version: "21.0.1", checksum: `sha256:${hex}` },
    },
    {
      ...absent,
      id: "tool",
      name: "tool",
      version: "1.0.0",
      uri: "npm:@acme/tool@1.0.0",
      checksum: undefined,
      distros: [],
      stacks: [],
      licenses: [],
      purls: [],
      cpes: [],
      endOfLife: undefined,
      component: { type: "application", name: "tool", version: "1.0.0", purl: "pkg:npm/%40acme/tool@1.0.0" },
      metadata: { id: "tool", version: "1.0.0" },
    },
  ]);
});

test("dependency tables of a separate inventory file are read from its top level", () => {
  const { releases } = readInventory(
    `[[dependencies]]\nid = "a"\nversion = "1.0.0"\nuri = "https://a.test/a"`,
    "jdks.toml",
  );
  expect(releases.map(({ id }) => id)).toEqual(["a"]);
});

test("all errors in dependency tables are reported at once", () => {
  const text = `
[default-versions]
nod = "22.*"
[[dependencies]]
id = "node"
version = "22.1.0"
uri = "ftp://nodejs.test/node.tar.gz"
checksum = "sha1:abc"
sha256 = "abc"
strip-components = -1
eol-date = "2027-13-45"
purl = "pkg:generic/node@22.1.0?arch=arm64"
[[dependencies]]
id = "node"
version = "22.1.0"
uri = "npm:node@22"
`;
  expect(() => readInventory(text, "jdks.toml")).toThrowError(
    expect.objectContaining({
      code: "DESCRIPTOR_INVALID",
      message: "jdks.toml is not valid",
      cause: [
        'dependencies[0].uri: expected an https, http, file, npm or pypi URI, got "ftp://nodejs.test/node.tar.gz"',
        'dependencies[0].checksum: expected sha256:<hexadecimal digits>, sha512:<hexadecimal digits> or sha512-<base64>, got "sha1:abc"',
        'dependencies[0].sha256: expected 64 hexadecimal digits, got "abc"',
        "dependencies[0].strip-components: expected 0 or more",
        "dependencies[0].eol-date: there is no such day: 2027-13-45",
        "dependencies[0].arch: is missing, while the Package URL is for arm64 only",
        'dependencies[1].uri: expected an https, http, file, npm or pypi URI, got "npm:node@22"',
        "default-versions.nod: no dependency has this id",
      ].join("; "),
    }),
  );
  expect(() => readInventory(`[[dependencies]]\nversion = 22\npurl = "node"`, "jdks.toml")).toThrowError(
    expect.objectContaining({
      cause:
        'dependencies[0].id: is missing; dependencies[0].version: expected a version, got 22; dependencies[0].uri: is missing; dependencies[0].purl: expected a Package URL, got "node"',
    }),
  );
});
