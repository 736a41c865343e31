import { expect, test } from "vitest";
import { checkBuildpackApi } from "./api-version.ts";
import { checkLayerName, checkProcessType, escapeBuildpackId } from "./names.ts";
import { declaresSbomFormat } from "./sbom-format.ts";
import { type DeclaredTarget, matchesTarget, type Target } from "./target.ts";

test.for(["0.10", "0.11", "0.12"])("Buildpack API %s is supported", (api) => {
  expect(checkBuildpackApi(api, "buildpack.toml")).toBe(api);
});

test.for(["0.9", "0.13", "1.0", ""])("Buildpack API %j is not supported", (api) => {
  expect(() => checkBuildpackApi(api, "buildpack.toml")).toThrow(
    expect.objectContaining({
      code: "API_UNSUPPORTED",
      exitCode: 254,
      message: `buildpack.toml declares Buildpack API ${JSON.stringify(api)}, which this framework does not implement`,
      hint: `Set api to one of "0.10", "0.11", "0.12".`,
    }),
  );
});

test.for<[string, string]>([
  ["launch", `"build", "launch" and "store" are reserved by the specification`],
  ["a.b", "only letters, digits, - and _ are allowed"],
  ["../x", "only letters, digits, - and _ are allowed"],
  ["", "only letters, digits, - and _ are allowed"],
])("%j is refused as a layer name", ([name, rule]) => {
  expect(() => checkLayerName(name)).toThrow(`${JSON.stringify(name)} is not a layer name: ${rule}`);
});

test.for(["web", "a.b", "A-1_x"])("%s is accepted as a process type", (type) => {
  expect(checkProcessType(type)).toBe(type);
});

const characters = "only letters, digits, ., - and _ are allowed";
const directories = `"." and ".." name directories`;

test.for<[string, string]>([
  ["", characters],
  ["a b", characters],
  ["a/b", characters],
  ["ü", characters],
  [".", directories],
  ["..", directories],
])("%j is refused as a process type", ([type, rule]) => {
  expect(() => checkProcessType(type)).toThrow(`${JSON.stringify(type)} is not a process type: ${rule}`);
});

test("a buildpack's ID is escaped in paths", () => {
  expect(escapeBuildpackId("a/b/c")).toBe("a_b_c");
});

test.for<[readonly string[], boolean]>([
  [["application/vnd.cyclonedx+json"], true],
  [["application/spdx+json", "application/vnd.cyclonedx+json;version=1.5"], true],
  [["application/spdx+json"], false],
  [[], false],
])("the check whether the SBOM formats %j include CycloneDX returns %s", ([formats, declared]) => {
  expect(declaresSbomFormat(formats, "cdx.json")).toBe(declared);
});

const amd64: Target = { os: "linux", arch: "amd64" };
const debian: Target = { ...amd64, distro: { name: "debian", version: "12" } };
test.for<[string, DeclaredTarget, Target, boolean]>([
  ["without values matches every platform", {}, amd64, true],
  ["with the values of the platform matches", { os: "linux", arch: "amd64" }, amd64, true],
  ["with another architecture does not match", { os: "linux", arch: "arm64" }, amd64, false],
  ["with a variant matches a platform without a variant", { arch: "amd64", variant: "v2" }, amd64, true],
  [
    "with another variant does not match",
    { arch: "arm", variant: "v7" },
    { os: "linux", arch: "arm", variant: "v6" },
    false,
  ],
  [
    "with several distributions matches if one of them is the platform's",
    {
      distros: [
        { name: "ubuntu", version: "24.04" },
        { name: "debian", version: "12" },
      ],
    },
    debian,
    true,
  ],
  [
    "with a distribution without a version matches each version of this distribution",
    { distros: [{ name: "debian" }] },
    debian,
    true,
  ],
  [
    "with another version of the platform's distribution does not match",
    { distros: [{ name: "debian", version: "11" }] },
    debian,
    false,
  ],
  [
    "with a distribution does not match a platform without a distribution",
    { distros: [{ name: "debian" }] },
    amd64,
    false,
  ],
])("a target in buildpack.toml %s", ([, declared, target, matches]) => {
  expect(matchesTarget(declared, target)).toBe(matches);
});
