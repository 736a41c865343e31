import { expect, test } from "vitest";
import { parseConfigurations } from "./configurations.ts";
import { parseToml } from "./schemas/toml.ts";

const read = (text: string) => parseConfigurations(parseToml(text, "metadata"), "buildpack.toml");

test("configurations declared in buildpack.toml are read", () => {
  const text = `
[[configurations]]
name = "BP_VERSION"
description = "the version"
default = "1.*"
build = true
launch = true
type = "string"
[[configurations]]
name = "BP_KEEP"
default = false
[[configurations]]
name = "BPL_PORTS"
default = [80, 443]
launch = true
type = "list"
[[configurations]]
name = "BP_TOKEN"
[[configurations]]
name = "BP_KEYBOARD"
secret = false
pattern = "libpak has keys that we need not know"
`;
  const nothing = {
    description: undefined,
    default: undefined,
    build: true,
    launch: false,
    type: undefined,
    secret: false,
  };
  expect(read(text)).toEqual([
    { ...nothing, name: "BP_VERSION", description: "the version", default: "1.*", launch: true, type: "string" },
    { ...nothing, name: "BP_KEEP", default: "false" },
    { ...nothing, name: "BPL_PORTS", default: "80,443", build: false, launch: true, type: "list" },
    { ...nothing, name: "BP_TOKEN", secret: true },
    { ...nothing, name: "BP_KEYBOARD" },
  ]);
  expect(read("")).toEqual([]);
});

test.for<[string, string]>([
  [`configurations = "BP_A"`, `metadata.configurations: expected a list, got "BP_A"`],
  ["[[configurations]]\ndescription = 'x'", "metadata.configurations[0].name: is missing"],
  [
    `[[configurations]]\nname = "BP-A"`,
    `metadata.configurations[0].name: expected the name of an environment variable (letters, digits and _, not CNB_…), got "BP-A"`,
  ],
  [
    `[[configurations]]\nname = "CNB_APP_DIR"`,
    `metadata.configurations[0].name: expected the name of an environment variable (letters, digits and _, not CNB_…), got "CNB_APP_DIR"`,
  ],
  [
    `[[configurations]]\nname = "BP_A"\ntype = "bool"\ndefault = {}`,
    `metadata.configurations[0].default: expected a string, a boolean, a number or a list of them; metadata.configurations[0].type: expected one of "string", "boolean", "integer", "number", "list", got "bool"`,
  ],
  [
    `[[configurations]]\nname = "BP_A"\n[[configurations]]\nname = "BP_A"`,
    `metadata.configurations[1].name: "BP_A" is declared twice`,
  ],
])("malformed configurations in buildpack.toml are refused: %j", ([text, cause]) => {
  expect(() => read(text)).toThrow(
    expect.objectContaining({ code: "DESCRIPTOR_INVALID", message: "buildpack.toml is not valid", cause }),
  );
});
