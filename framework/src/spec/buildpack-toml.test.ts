import { expect, test } from "vitest";
import { parseBuildpackApi, parseBuildpackToml } from "./buildpack-toml.ts";

test("the buildpack.toml of a component buildpack is parsed", () => {
  const text = `
api = "0.10"
[buildpack]
id = "libcnb/node-engine"
version = "1.2.3"
name = "Node.js"
homepage = "https://example.com"
description = "Installs Node.js"
keywords = ["node"]
clear-env = true
sbom-formats = ["application/vnd.cyclonedx+json"]
exec-env = ["test"]
[[buildpack.licenses]]
type = "MIT"
[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"
[[targets.distros]]
name = "debian"
version = "12"
[metadata]
default = "22"
`;
  expect(parseBuildpackToml(text, "buildpack.toml")).toEqual({
    api: "0.10",
    buildpack: {
      id: "libcnb/node-engine",
      version: "1.2.3",
      name: "Node.js",
      homepage: "https://example.com",
      description: "Installs Node.js",
      keywords: ["node"],
      licenses: [{ type: "MIT" }],
      clearEnv: true,
      sbomFormats: ["application/vnd.cyclonedx+json"],
      execEnv: ["test"],
    },
    targets: [{ os: "linux", arch: "arm64", variant: "v8", distros: [{ name: "debian", version: "12" }] }],
    stacks: [],
    order: [],
    metadata: { default: "22" },
  });
});

test("the buildpack.toml of a composite buildpack is parsed", () => {
  const text = `api = "0.10"
buildpack = { id = "libcnb/nodejs", version = "0.1.0" }
[[order]]
group = [{ id = "libcnb/node-engine", version = "0.1.0" }, { id = "libcnb/node-packages", version = "0.1.0", optional = true }]
`;
  expect(parseBuildpackToml(text, "buildpack.toml")).toEqual({
    api: "0.10",
    buildpack: {
      id: "libcnb/nodejs",
      version: "0.1.0",
      name: undefined,
      homepage: undefined,
      description: undefined,
      keywords: [],
      licenses: [],
      clearEnv: false,
      sbomFormats: [],
      execEnv: [],
    },
    targets: [],
    stacks: [],
    order: [
      [
        { id: "libcnb/node-engine", version: "0.1.0", optional: false, execEnv: [] },
        { id: "libcnb/node-packages", version: "0.1.0", optional: true, execEnv: [] },
      ],
    ],
    metadata: {},
  });
});

test.for<[string, string, string]>([
  ["a missing API version", `[buildpack]\nid = "a"\nversion = "1.0.0"`, "api: is missing"],
  [
    "an API version that is not a string",
    `api = 0.10\n[buildpack]\nid = "a"\nversion = "1.0.0"`,
    `api: expected an API version such as "0.10", got 0.1`,
  ],
  [
    "several mistakes at once",
    `api = "0.10"\n[buildpack]\nid = "a_b"\nversion = "1.0"\n[[targets]]\nos = 1`,
    `buildpack.id: expected a buildpack id (letters, digits, ., / and -), got "a_b"; buildpack.version: expected a version X.Y.Z, got "1.0"; targets[0].os: expected a string, got 1`,
  ],
  [
    "a buildpack ID that is ..",
    `api = "0.10"\n[buildpack]\nid = ".."\nversion = "1.0.0"`,
    `buildpack.id: expected a buildpack id (letters, digits, ., / and -), got ".."`,
  ],
  [
    "a buildpack ID that contains ..",
    `api = "0.10"\n[buildpack]\nid = "a/../b"\nversion = "1.0.0"`,
    `buildpack.id: expected a buildpack id (letters, digits, ., / and -), got "a/../b"`,
  ],
  [
    "a version with a leading zero",
    `api = "0.10"\n[buildpack]\nid = "a"\nversion = "01.0.0"`,
    `buildpack.version: expected a version X.Y.Z, got "01.0.0"`,
  ],
  [
    "a reserved buildpack ID",
    `api = "0.10"\n[buildpack]\nid = "sbom"\nversion = "1.0.0"`,
    `buildpack.id: "sbom" is reserved by the specification`,
  ],
  [
    "a composite buildpack with targets and stacks",
    `api = "0.10"\n[buildpack]\nid = "a"\nversion = "1.0.0"\n[[order]]\ngroup = []\n[[targets]]\nos = "linux"\n[[stacks]]\nid = "*"`,
    "order: a composite buildpack has no targets; order: a composite buildpack has no stacks",
  ],
  [
    "exec-env as an array of tables, which the lifecycle cannot read",
    `api = "0.12"\n[buildpack]\nid = "a"\nversion = "1.0.0"\n[[buildpack.exec-env]]\nname = "test"\n[[buildpack.exec-env]]\nname = "ci"`,
    `buildpack.exec-env: is written as a table, which the lifecycle cannot read; write exec-env = ["test", "ci"]`,
  ],
  [
    "exec-env as a table, which the lifecycle cannot read",
    `api = "0.12"\n[buildpack]\nid = "a"\nversion = "1.0.0"\n[buildpack.exec-env]\nname = "test"`,
    `buildpack.exec-env: is written as a table, which the lifecycle cannot read; write exec-env = ["test"]`,
  ],
  [
    "exec-env as a string, or with malformed names",
    `api = "0.12"\n[buildpack]\nid = "a"\nversion = "1.0.0"\nexec-env = "test"\n[[order]]\ngroup = [{ id = "b", version = "1.0.0", exec-env = ["a/b", ""] }]`,
    `buildpack.exec-env: expected a list such as exec-env = ["test"]; order[0].group[0].exec-env[0]: expected the name of an execution environment, which is not empty and has no /; order[0].group[0].exec-env[1]: expected the name of an execution environment, which is not empty and has no /`,
  ],
  [
    "variant and arch-variant that differ",
    `api = "0.12"\n[buildpack]\nid = "a"\nversion = "1.0.0"\n[[targets]]\nvariant = "v7"\narch-variant = "v8"`,
    `targets[0].arch-variant: differs from variant, "v7"`,
  ],
])("buildpack.toml is refused by an error about %s", ([, text, cause]) => {
  expect(() => parseBuildpackToml(text, "buildpack.toml")).toThrow(
    expect.objectContaining({ code: "DESCRIPTOR_INVALID", message: "buildpack.toml is not valid", cause }),
  );
});

test.for<[string, string]>([
  ["variant, as in the specification and pack", `variant = "v8"`],
  ["arch-variant, as in the lifecycle", `arch-variant = "v8"`],
  ["both variant and arch-variant", `variant = "v8"\narch-variant = "v8"`],
])("the variant of a target is read from %s", ([, line]) => {
  const text = `api = "0.10"\n[buildpack]\nid = "a"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n${line}`;
  expect(parseBuildpackToml(text, "buildpack.toml").targets).toEqual([{ os: "linux", variant: "v8" }]);
});

test("stacks in buildpack.toml are read in addition to targets, and unknown keys are ignored", () => {
  const text = `
api = "0.10"
future = 1
[buildpack]
id = "a"
version = "1.0.0"
sponsor = "x"
[[stacks]]
id = "io.buildpacks.stacks.jammy"
mixins = ["build:git"]
colour = "red"
[[stacks]]
id = "*"
[[targets]]
os = "linux"
[[targets.distros]]
name = "ubuntu"
version = "24.04"
nickname = "noble"
`;
  expect(parseBuildpackToml(text, "buildpack.toml")).toMatchObject({
    stacks: [{ id: "io.buildpacks.stacks.jammy", mixins: ["build:git"] }, { id: "*" }],
    targets: [{ os: "linux", distros: [{ name: "ubuntu", version: "24.04" }] }],
  });
});

test("the API version can be read from a buildpack.toml in an unknown format", () => {
  expect(parseBuildpackApi(`api = "1.0"\nbuildpack = 1`, "buildpack.toml")).toBe("1.0");
});
