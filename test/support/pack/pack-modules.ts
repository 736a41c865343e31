import type { Files } from "./pack-world.ts";

const phases: Files = { "bin/detect": "#!/bin/sh\n", "bin/build": "#!/bin/sh\n" };

/** A buildpack of shell scripts that do nothing. `more` stands below `[buildpack]`. */
export const shellBuildpack = (id: string, version: string, more = "", files: Files = {}): Files => ({
  "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "${version}"\n${more}`,
  ...phases,
  ...files,
});

/** A buildpack that is nothing but an order. */
export const composite = (id: string, version: string, order: string, packageToml: string): Files => ({
  "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "${version}"\n${order}`,
  "package.toml": packageToml,
});

const described = `name = "One <&> \\u2028"
description = "Says \\"hello\\" & more"
homepage = "https://example.com/?a=1&b=<2>"
keywords = ["a", "b & c"]
clear-env = true
sbom-formats = ["application/spdx+json"]
[[buildpack.licenses]]
type = "MIT"
uri = "https://example.com/mit"
[[buildpack.licenses]]
type = "Apache-2.0"
[[targets]]
os = "linux"
arch = "amd64"
[[targets.distros]]
name = "debian"
version = "12"
[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"
[metadata]
depth = { a = [1, 2.5, "x"] }
`;

/** Every kind of file that a directory can hold. */
const kindsOfFiles: Files = {
  "data/file": "x",
  "data/empty": "",
  "hard-link": "= data/file",
  link: "-> data/file",
  dangling: "-> /nowhere/at/all",
  tool: "#!/bin/sh\nexit 0\n",
  ".hidden": "h",
  "empty/": "",
  "name with spaces": "s",
  "ünïcode-日本": "u",
  [`${"long-".repeat(18)}/${"deep-".repeat(18)}/file`]: "beyond the 100 bytes of a plain tar header",
};

/** Directories of buildpacks and extensions, by name. */
export const moduleFolders: Readonly<Record<string, Files>> = {
  one: shellBuildpack("test/one", "1.0.0", described, kindsOfFiles),
  two: shellBuildpack("test/two", "2.0.1"),
  "two-changed": shellBuildpack("test/two", "2.0.1", "", { changed: "yes" }),
  "two-newer": shellBuildpack("test/two", "2.10.0"),
  three: shellBuildpack("test/three", "0.0.1", `homepage = "https://example.com/three"\n`),
  archived: shellBuildpack("test/archived", "1.0.0"),
  stacked: shellBuildpack("test/stacked", "1.0.0", `[[stacks]]\nid = "test.stack"\nmixins = ["curl"]\n`),
  all: composite(
    "test/all",
    "9.0.0",
    `name = "All"
[[order]]
group = [{ id = "test/one", version = "1.0.0" }, { id = "test/two", version = "2.0.1", optional = true }]
[[order]]
group = [{ id = "test/two", version = "2.0.1" }]
`,
    `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "../one"\n[[dependencies]]\nuri = "../two"\n`,
  ),
  mixed: composite(
    "test/mixed",
    "0.1.0",
    `[[order]]
group = [{ id = "test/all", version = "9.0.0" }, { id = "test/three", version = "0.0.1" }, { id = "test/two", version = "2.10.0" }]
`,
    `[buildpack]
uri = "."
[[dependencies]]
uri = "../all.cnb"
[[dependencies]]
uri = "HOST/three:1"
[[dependencies]]
uri = "../two-newer"
`,
  ),
  "flat-a": shellBuildpack("test/flat-a", "1.0.0", "", { shared: "a" }),
  "flat-b": shellBuildpack("test/flat-b", "1.0.0", "", { shared: "b" }),
  flat: composite(
    "test/flat",
    "1.0.0",
    `[[order]]\ngroup = [{ id = "test/flat-a", version = "1.0.0" }, { id = "test/flat-b", version = "1.0.0" }]\n`,
    `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "../flat-a"\n[[dependencies]]\nuri = "../flat-b"\n`,
  ),
  extension: {
    "package.toml": `[extension]\nuri = "."\n`,
    "extension.toml": `api = "0.10"
[extension]
id = "test/extension"
version = "1.0.0"
name = "Extension"
description = "of images"
homepage = "https://example.com/extension"
[[extension.licenses]]
type = "MIT"
`,
    "bin/detect": "#!/bin/sh\n",
    "bin/generate": "#!/bin/sh\n",
  },
};
