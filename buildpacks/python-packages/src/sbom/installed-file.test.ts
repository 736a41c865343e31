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
  ["by the tag of the wheel", files, ["py3-none-any"], undefined, ["a-1.0-py3-none-any.whl"]],
  ["by the build number of the wheel", files, ["py3-none-any"], "2", ["a-1.0-2-py3-none-any.whl"]],
  [
    "by several tags of the wheel",
    files,
    ["cp312-cp312-manylinux2014_x86_64", "cp312-cp312-manylinux_2_17_x86_64"],
    undefined,
    ["a-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"],
  ],
  [
    "as the source archive if the wheel was built on this machine",
    files,
    ["cp312-cp312-linux_x86_64"],
    undefined,
    ["a-1.0.tar.gz"],
  ],
  ["as the source archive if no wheel fits", withoutPure, ["py3-none-any"], undefined, ["a-1.0.tar.gz"]],
  [
    "as unknown if no file has the wheel's tag and several files fit the machine",
    files,
    ["cp312-none-any"],
    undefined,
    [],
  ],
  ["as the only listed file", files.slice(5), ["cp312-none-any"], undefined, ["a-1.0-cp312-cp312-win_amd64.whl"]],
  ["as unknown if the lockfile lists no files", [], ["py3-none-any"], undefined, []],
])(
  "among the files that the lockfile lists for a package, the installed file is identified %s",
  ([, given, tags, build, expected]) => {
    expect(hashesOfInstalled(given, { tags, build }, supported)).toEqual(expected.map((name) => `sha256:${name}`));
  },
);

test("all digests of a package are accepted if the lockfile has no file names", () => {
  const unnamed = ["sha256:b", "sha256:a", "sha256:b"].map((hash) => ({ name: undefined, hash }));
  expect(hashesOfInstalled(unnamed, { tags: [], build: undefined }, supported)).toEqual(["sha256:a", "sha256:b"]);
});

test.for<[string, typeof files, string | undefined]>([
  ["the best wheel for this machine", files, "a-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"],
  ["the source archive if no wheel fits", withoutPure, "a-1.0.tar.gz"],
])("the digests of a package not yet installed are those of %s", ([, given, expected]) => {
  expect(hashesOfBest(given, supported)).toEqual([`sha256:${expected}`]);
});
