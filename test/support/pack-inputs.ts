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

/** Folders of buildpacks and extensions, by name. */
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

const bases = `
[build]
image = "HOST/base/build:1"
[[run.images]]
image = "HOST/base/run:1"
`;

/** A builder that both make: its builder.toml, where HOST is the registry, and further arguments. */
export interface BuilderCase {
  readonly name: string;
  readonly toml: string;
  readonly flags?: readonly string[];
  /** Default: an archive of programs that do nothing. */
  readonly lifecycle?: "foreign" | "real";
}

/** Builders of what is in `moduleFolders`, of packages of it and of the bases; later ones may take what earlier ones made. */
export const builderCases: readonly BuilderCase[] = [
  {
    name: "one buildpack",
    toml: `
[[buildpacks]]
uri = "two"
[[order]]
group = [{ id = "test/two", version = "2.0.1" }]
${bases}`,
  },
  {
    name: "all keys",
    toml: `
description = "A <test> & \\"more\\" \\u2028"
[[buildpacks]]
uri = "one"
id = "test/one"
version = "1.0.0"
[[buildpacks]]
uri = "all.cnb"
[[buildpacks]]
uri = "HOST/three:1"
[[buildpacks]]
uri = "two-newer"
[[extensions]]
uri = "extension"
[[order]]
group = [{ id = "test/all" }]
[[order]]
[[order.group]]
id = "test/one"
[[order.group]]
id = "test/three"
optional = true
[[order.group]]
id = "test/two"
version = "2.10.0"
optional = false
[[order-extensions]]
group = [{ id = "test/extension", optional = true }]
[build]
image = "HOST/base/build:1"
[[build.env]]
name = "PLAIN"
value = "a <b> & 'c' \\"d\\"\\n"
[[build.env]]
name = "LIST"
value = "x"
suffix = "append"
delim = ":"
[[build.env]]
name = "SOME"
value = ""
suffix = "default"
[[run.images]]
image = "HOST/base/run:1"
mirrors = ["HOST/mirror/run:1", "HOST/mirror/run:2"]
[[run.images]]
image = "HOST/base/run:1"
[system.pre]
buildpacks = [{ id = "test/two", version = "2.0.1" }]
[system.post]
buildpacks = [{ id = "test/three", optional = true }]
`,
  },
  {
    name: "a stack",
    toml: `
[[buildpacks]]
id = "test/stacked"
uri = "stacked"
[[order]]
group = [{ id = "test/stacked", version = "1.0.0" }]
[stack]
id = "test.stack"
build-image = "HOST/base/stack:1"
run-image = "HOST/base/stack:1"
run-image-mirrors = ["HOST/mirror/stack:1"]
`,
  },
  {
    name: "an archive of a folder",
    toml: `
[[buildpacks]]
uri = "archived.tgz"
[[order]]
group = [{ id = "test/archived" }]
${bases}`,
  },
  {
    name: "a base with buildpacks",
    toml: `
[[buildpacks]]
uri = "two-changed"
[[buildpacks]]
uri = "three"
[[order]]
group = [{ id = "test/two", version = "2.0.1" }, { id = "test/three" }]
[build]
image = "HOST/builder/one-buildpack:pack"
[[run.images]]
image = "HOST/base/run:1"
[[build.env]]
name = "ONLY"
value = "1"
suffix = "override"
`,
  },
  {
    name: "a base of Docker's media types",
    toml: `
[[buildpacks]]
uri = "two"
[[order]]
group = [{ id = "test/two" }]
[build]
image = "HOST/base/docker:1"
[[run.images]]
image = "HOST/base/run:1"
`,
  },
  {
    name: "the real lifecycle",
    toml: `
[[buildpacks]]
uri = "three"
${bases}`,
    lifecycle: "real",
  },
  {
    name: "a lifecycle of another's",
    toml: `
[[buildpacks]]
uri = "three"
${bases}`,
    lifecycle: "foreign",
  },
  {
    name: "no order",
    toml: `
[[buildpacks]]
uri = "three"
${bases}`,
  },
  {
    name: "flattened buildpacks and labels",
    toml: `
[[buildpacks]]
uri = "one"
[[buildpacks]]
uri = "two"
[[buildpacks]]
uri = "three"
[[order]]
group = [{ id = "test/one" }]
${bases}`,
    flags: ["--flatten", "test/one@1.0.0,test/three@0.0.1", "--label", "a=1", "--label", "b=<2> & more=3"],
  },
  {
    name: "two platforms",
    toml: `
[[buildpacks]]
uri = "one"
[[order]]
group = [{ id = "test/one" }]
[build]
image = "HOST/base/both:1"
[[run.images]]
image = "HOST/base/both:1"
[[targets]]
os = "linux"
arch = "amd64"
[[targets]]
os = "linux"
arch = "arm64"
`,
  },
];

/** The package is made by pack, which then takes it apart again. */
export const flattenedBuilder = `
[[buildpacks]]
uri = "HOST/flat:1"
[[order]]
group = [{ id = "test/flat" }]
${bases}`;

/** A package that both make of a folder of `moduleFolders`. */
export interface PackageCase {
  readonly name: string;
  readonly noun?: "buildpack" | "extension";
  /** Where package.toml is. */
  readonly folder: string;
  readonly flags?: readonly string[];
  readonly targets?: readonly string[];
  /** Default: true. */
  readonly published?: boolean;
}

export const packageCases: readonly PackageCase[] = [
  { name: "a component", folder: "one" },
  { name: "a component without targets", folder: "two" },
  { name: "a component with stacks", folder: "stacked" },
  { name: "a composite", folder: "all" },
  { name: "a composite of packages", folder: "mixed" },
  { name: "an extension", noun: "extension", folder: "extension" },
  { name: "labels", folder: "two", flags: ["--label", "a=1", "--label", "b=<2> & more=3"] },
  { name: "two platforms", folder: "one", targets: ["linux/amd64", "linux/arm64"] },
];
