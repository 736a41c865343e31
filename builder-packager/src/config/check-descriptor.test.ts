import { parseBuildpackToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { refuseMisspeltKeys, refuseUnusableConfigurations, refuseUnusableMetadata } from "./check-descriptor.ts";

const head = `api = "0.10"\n[buildpack]\nid = "a/b"\n`;
const valid = `${head}version = "0.1.0"\n`;
const release = `[[metadata.dependencies]]\nid = "x"\nversion = "1"\nuri = "https://h.test/x"\n`;

/** The message of the refusal; undefined for a descriptor that is taken. */
function refusal(text: string): string | undefined {
  try {
    refuseMisspeltKeys(text, "buildpack.toml");
    refuseUnusableMetadata(parseBuildpackToml(text, "buildpack.toml"), text, "buildpack.toml");
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: "BUILDPACK_INVALID", hint: "Correct buildpack.toml." });
    return error instanceof Error ? error.message : undefined;
  }
}

const problem = (line: string): string => `buildpack.toml has 1 problem\n  buildpack.toml:${line}`;

test.for<[string, string, string]>([
  ["in [buildpack]", `${head}verson = "0.1.0"\n`, "4:1: buildpack.verson: unknown key; did you mean version?"],
  [
    "that is the name of a table",
    `${valid}[[target]]\nos = "linux"\n`,
    "5:3: target: unknown key; did you mean targets?",
  ],
  ["in [[targets]]", `${valid}[[targets]]\nosx = "linux"\n`, "6:1: targets[0].osx: unknown key; did you mean os?"],
  [
    "in [[metadata.dependencies]]",
    `${valid}${release}checksums = "x"\n`,
    "9:1: metadata.dependencies[0].checksums: unknown key; did you mean checksum?",
  ],
  [
    "in [[metadata.configurations]]",
    `${valid}[[metadata.configurations]]\nname = "BP_X"\ndefalt = "1"\n`,
    "7:1: metadata.configurations[0].defalt: unknown key; did you mean default?",
  ],
])("packaging refuses a misspelled key %s and names its position", ([, text, line]) => {
  expect(refusal(text)).toBe(problem(line));
});

test.for<[string, string, string]>([
  [
    "an unknown type of a configuration",
    `[[metadata.configurations]]\nname = "BP_X"\ntype = "int"\n`,
    "7:1: metadata.configurations[0].type: ",
  ],
  [
    "a malformed variable name of a configuration",
    `[[metadata.configurations]]\nname = "B P"\n`,
    "6:1: metadata.configurations[0].name: ",
  ],
  [
    "a dependency without a URI",
    `[[metadata.dependencies]]\nid = "x"\nversion = "1"\n`,
    "5:12: metadata.dependencies[0].uri: is missing",
  ],
  [
    "a malformed checksum of a dependency",
    `${release}checksum = "md5:1"\n`,
    "9:1: metadata.dependencies[0].checksum: ",
  ],
  [
    "a default version of an unknown dependency",
    `[metadata.default-versions]\nnode = "24"\n`,
    "6:1: metadata.default-versions.node: ",
  ],
])("packaging refuses a descriptor with %s, which would fail every build", ([, text, line]) => {
  expect(refusal(`${valid}${text}`)).toContain(problem(line));
});

test("packaging reports all problems of buildpack.toml at once", () => {
  const text = `${valid}[[metadata.configurations]]\nnam = "BP_X"\n`;
  expect(refusal(text)?.split("\n")).toEqual([
    "buildpack.toml has 2 problems",
    "  buildpack.toml:5:12: metadata.configurations[0].name: is missing",
    "  buildpack.toml:6:1: metadata.configurations[0].nam: unknown key; did you mean name?",
  ]);
});

test.for<[string, string]>([
  ["unknown tables of a newer specification", `${valid}[future]\nx = 1\n`],
  ["the author's own metadata", `${valid}[metadata]\nconfigurationss = 1\n[metadata.dependency]\nid = "x"\n`],
  [
    "a complete list of dependencies",
    `${valid}${release}sha256 = "${"a".repeat(64)}"\n[metadata.default-versions]\nx = "1"\n`,
  ],
])("packaging accepts %s", ([, text]) => expect(refusal(text)).toBeUndefined());

test.for<[string, string]>([
  [
    "configurations with keys and types of another framework",
    `[[metadata.configurations]]\nname = "BP_X"\ntype = "secret"\nsince = "1.2"\n`,
  ],
  ["a pattern as variable name", `[[metadata.configurations]]\nname = "BPE_<NAME>"\n`],
  [
    "the same variable for build and for launch",
    `[[metadata.configurations]]\nname = "A"\n[[metadata.configurations]]\nname = "A"\nlaunch = true\n`,
  ],
])("packaging an uncompiled buildpack accepts %s", ([, text]) => {
  const toml = parseBuildpackToml(valid + text, "buildpack.toml");
  expect(() => refuseUnusableConfigurations(toml, valid + text, "buildpack.toml")).not.toThrow();
});
