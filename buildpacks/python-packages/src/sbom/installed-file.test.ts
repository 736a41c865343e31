import { expect, test } from "vitest";
import { hashesOfBest, hashesOfInstalled } from "./installed-file.ts";

const supported = [
  "cp312-cp312-manylinux_2_28_x86_64",
  "cp312-cp312-manylinux_2_17_x86_64",
  "cp311-abi3-manylinux_2_28_x86_64",
  "py3-none-any",
];
const files = [
  "a-1.0.tar.gz",
  "a-1.0-py3-none-any.whl",
  "a-1.0-2-py3-none-any.whl",
  "a-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
  "a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
  "a-1.0-cp312-cp312-win_amd64.whl",
].map((name) => ({ name, hash: `sha256:${name}` }));
const withoutPure = files.filter(({ name }) => !name.includes("none-any") && !name.includes("manylinux"));

test.for<[string, typeof files, readonly string[], string | undefined, readonly string[]]>([
  ["one tag", files, ["py3-none-any"], undefined, ["a-1.0-py3-none-any.whl"]],
  ["a build number", files, ["py3-none-any"], "2", ["a-1.0-2-py3-none-any.whl"]],
  [
    "several tags",
    files,
    ["cp312-cp312-manylinux2014_x86_64", "cp312-cp312-manylinux_2_17_x86_64"],
    undefined,
    ["a-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"],
  ],
  [
    "a tag of this machine, as of what was built here",
    files,
    ["cp312-cp312-linux_x86_64"],
    undefined,
    ["a-1.0.tar.gz"],
  ],
  ["no wheel that fits", withoutPure, ["py3-none-any"], undefined, ["a-1.0.tar.gz"]],
  ["a tag that no file has, where another fits", files, ["cp312-none-any"], undefined, []],
  ["being the only one", files.slice(5), ["cp312-none-any"], undefined, ["a-1.0-cp312-cp312-win_amd64.whl"]],
  ["no files", [], ["py3-none-any"], undefined, []],
])("the installed file is identified by %s", ([, given, tags, build, expected]) => {
  expect(hashesOfInstalled(given, { tags, build }, supported)).toEqual(expected.map((name) => `sha256:${name}`));
});

test("digests without file names identify the permitted files", () => {
  const unnamed = ["sha256:b", "sha256:a", "sha256:b"].map((hash) => ({ name: undefined, hash }));
  expect(hashesOfInstalled(unnamed, { tags: [], build: undefined }, supported)).toEqual(["sha256:a", "sha256:b"]);
});

test.for<[string, typeof files, string | undefined]>([
  ["the best wheel", files, "a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"],
  ["sources where no wheel fits", withoutPure, "a-1.0.tar.gz"],
])("the file to install: %s", ([, given, expected]) => {
  expect(hashesOfBest(given, supported)).toEqual([`sha256:${expected}`]);
});
