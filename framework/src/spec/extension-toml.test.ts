import { expect, test } from "vitest";
import { formatExtendConfigToml, parseExtendConfigToml } from "./extend-config-toml.ts";
import { parseExtensionToml } from "./extension-toml.ts";

test("extension.toml is parsed, and unknown keys are ignored", () => {
  const text = `
api = "0.12"
future = 1
[extension]
id = "acme/apt"
version = "1.2.3"
name = "Apt"
homepage = "https://example.com"
description = "Installs Debian packages"
keywords = ["apt"]
clear-env = true
exec-env = ["test", "*"]
sbom-formats = ["application/spdx+json"]
[[extension.licenses]]
type = "MIT"
[[targets]]
os = "linux"
arch-variant = "v8"
[metadata]
default = "curl"
`;
  expect(parseExtensionToml(text, "extension.toml")).toEqual({
    api: "0.12",
    extension: {
      id: "acme/apt",
      version: "1.2.3",
      name: "Apt",
      homepage: "https://example.com",
      description: "Installs Debian packages",
      keywords: ["apt"],
      licenses: [{ type: "MIT" }],
      clearEnv: true,
      execEnv: ["test", "*"],
    },
    targets: [{ os: "linux", variant: "v8" }],
    metadata: { default: "curl" },
  });
});

test.for<[string, string, string]>([
  ["a buildpack's file", `api = "0.10"\n[buildpack]\nid = "a"\nversion = "1.0.0"`, "extension: is missing"],
  [
    "an order and a reserved ID",
    `api = "0.10"\n[extension]\nid = "generated"\nversion = "1.0.0"\n[[order]]\ngroup = []`,
    `order: an extension has no order; a builder orders extensions in [[order-extensions]]; extension.id: "generated" is reserved by the specification`,
  ],
  [
    "several mistakes at once",
    `api = "0.10"\norder = []\n[extension]\nid = "a_b"\nversion = "v1"\n[[extension.exec-env]]\nname = "ci"`,
    `order: an extension has no order; a builder orders extensions in [[order-extensions]]; extension.id: expected a buildpack id (letters, digits, ., / and -), got "a_b"; extension.version: expected a version X.Y.Z, got "v1"; extension.exec-env: is written as a table, which the lifecycle cannot read; write exec-env = ["ci"]`,
  ],
])("an error in extension.toml is reported: %s", ([, text, cause]) => {
  expect(() => parseExtensionToml(text, "extension.toml")).toThrow(
    expect.objectContaining({ code: "DESCRIPTOR_INVALID", message: "extension.toml is not valid", cause }),
  );
});

test("a written extend-config.toml lists build arguments by image, and is empty without arguments", () => {
  const text = formatExtendConfigToml({ build: { tools: 'a "b"\n$c', empty: "" }, run: { tools: "d" } });
  expect(text).toBe(`[[build.args]]
name = "tools"
value = "a \\"b\\"\\n$c"

[[build.args]]
name = "empty"
value = ""

[[run.args]]
name = "tools"
value = "d"
`);
  expect(parseExtendConfigToml(text, "extend-config.toml")).toEqual({
    build: { tools: 'a "b"\n$c', empty: "" },
    run: { tools: "d" },
  });
  expect(formatExtendConfigToml({ build: {}, run: {} })).toBe("");
});
