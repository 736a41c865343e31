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
    name: "a builder.toml with all keys",
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
    name: "an archive of a buildpack directory",
    toml: `
[[buildpacks]]
uri = "archived.tgz"
[[order]]
group = [{ id = "test/archived" }]
${bases}`,
  },
  {
    name: "a base that contains buildpacks",
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
    name: "a base with Docker media types",
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
    name: "a lifecycle of another vendor",
    toml: `
[[buildpacks]]
uri = "three"
${bases}`,
    lifecycle: "foreign",
  },
  {
    name: "a builder.toml without an order",
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

/** A package that both make of a directory of `moduleFolders`. */
export interface PackageCase {
  readonly name: string;
  readonly noun?: "buildpack" | "extension";
  /** The directory of package.toml. */
  readonly folder: string;
  readonly flags?: readonly string[];
  readonly targets?: readonly string[];
  /** Default: true. */
  readonly published?: boolean;
}

export const packageCases: readonly PackageCase[] = [
  { name: "a component buildpack", folder: "one" },
  { name: "a component buildpack without targets", folder: "two" },
  { name: "a component buildpack with stacks", folder: "stacked" },
  { name: "a composite buildpack", folder: "all" },
  { name: "a composite buildpack of packages", folder: "mixed" },
  { name: "an extension", noun: "extension", folder: "extension" },
  { name: "labels given by flags", folder: "two", flags: ["--label", "a=1", "--label", "b=<2> & more=3"] },
  { name: "two platforms", folder: "one", targets: ["linux/amd64", "linux/arm64"] },
];
