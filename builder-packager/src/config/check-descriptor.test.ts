import { decodeBuildpackToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { refuseMisspeltKeys, refuseUnusableConfigurations, refuseUnusableMetadata } from "./check-descriptor.ts";

const head = `api = "0.10"\n[buildpack]\nid = "a/b"\n`;
const valid = `${head}version = "0.1.0"\n`;
const release = `[[metadata.dependencies]]\nid = "x"\nversion = "1"\nuri = "https://h.test/x"\n`;

/** The message of the refusal; undefined for a descriptor that is taken. */
function refusal(text: string): string | undefined {
  try {
    refuseMisspeltKeys(text, "buildpack.toml");
    refuseUnusableMetadata(decodeBuildpackToml(text, "buildpack.toml"), text, "buildpack.toml");
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: "BUILDPACK_INVALID", hint: "Correct buildpack.toml." });
    return error instanceof Error ? error.message : undefined;
  }
}

const problem = (line: string): string => `buildpack.toml has 1 problem\n  buildpack.toml:${line}`;

test.for<[string, string, string]>([
  ["the version", `${head}verson = "0.1.0"\n`, "4:1: buildpack.verson: unknown key; did you mean version?"],
  ["a table", `${valid}[[target]]\nos = "linux"\n`, "5:3: target: unknown key; did you mean targets?"],
  ["a key of a target", `${valid}[[targets]]\nosx = "linux"\n`, "6:1: targets[0].osx: unknown key; did you mean os?"],
  [
    "a checksum",
    `${valid}${release}checksums = "x"\n`,
    "9:1: metadata.dependencies[0].checksums: unknown key; did you mean checksum?",
  ],
  [
    "a variable's default",
    `${valid}[[metadata.configurations]]\nname = "BP_X"\ndefalt = "1"\n`,
    "7:1: metadata.configurations[0].defalt: unknown key; did you mean default?",
  ],
])("packaging refuses a misspelled key with its position: %s", ([, text, line]) => {
  expect(refusal(text)).toBe(problem(line));
});

test.for<[string, string, string]>([
  [
    "a type that is none",
    `[[metadata.configurations]]\nname = "BP_X"\ntype = "int"\n`,
    "7:1: metadata.configurations[0].type: ",
  ],
  ["a name that is none", `[[metadata.configurations]]\nname = "B P"\n`, "6:1: metadata.configurations[0].name: "],
  [
    "a release without an address",
    `[[metadata.dependencies]]\nid = "x"\nversion = "1"\n`,
    "5:12: metadata.dependencies[0].uri: is missing",
  ],
  ["a checksum that is none", `${release}checksum = "md5:1"\n`, "9:1: metadata.dependencies[0].checksum: "],
  [
    "a default version of nothing",
    `[metadata.default-versions]\nnode = "24"\n`,
    "6:1: metadata.default-versions.node: ",
  ],
])("packaging refuses a descriptor that would fail every build: %s", ([, text, line]) => {
  expect(refusal(`${valid}${text}`)).toContain(problem(line));
});

test("packaging reports all problems at once", () => {
  const text = `${valid}[[metadata.configurations]]\nnam = "BP_X"\n`;
  expect(refusal(text)?.split("\n")).toEqual([
    "buildpack.toml has 2 problems",
    "  buildpack.toml:5:12: metadata.configurations[0].name: is missing",
    "  buildpack.toml:6:1: metadata.configurations[0].nam: unknown key; did you mean name?",
  ]);
});

test.for<[string, string]>([
  ["keys of a newer specification", `${valid}[future]\nx = 1\n`],
  ["metadata of the author's own", `${valid}[metadata]\nconfigurationss = 1\n[metadata.dependency]\nid = "x"\n`],
  ["an inventory", `${valid}${release}sha256 = "${"a".repeat(64)}"\n[metadata.default-versions]\nx = "1"\n`],
])("packaging accepts %s", ([, text]) => expect(refusal(text)).toBeUndefined());

test.for<[string, string]>([
  [
    "keys and types of another framework",
    `[[metadata.configurations]]\nname = "BP_X"\ntype = "secret"\nsince = "1.2"\n`,
  ],
  ["a family of variables", `[[metadata.configurations]]\nname = "BPE_<NAME>"\n`],
  [
    "a variable for build and one for launch",
    `[[metadata.configurations]]\nname = "A"\n[[metadata.configurations]]\nname = "A"\nlaunch = true\n`,
  ],
])("packaging an uncompiled buildpack accepts %s", ([, text]) => {
  const toml = decodeBuildpackToml(valid + text, "buildpack.toml");
  expect(() => refuseUnusableConfigurations(toml, valid + text, "buildpack.toml")).not.toThrow();
});
