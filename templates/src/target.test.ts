import { expect, test } from "vitest";
import { parseTargets, targetsToml } from "./target.ts";

test("targets are parsed as by pack", () => {
  expect(targetsToml(parseTargets(["linux/amd64", "linux/arm64/v8:debian@12@13;ubuntu"]))).toBe(`[[targets]]
os = "linux"
arch = "amd64"

[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"

[[targets.distros]]
name = "debian"
version = "12"

[[targets.distros]]
name = "debian"
version = "13"

[[targets.distros]]
name = "ubuntu"
`);
});

test("create-buildpack writes several targets to buildpack.toml", () => {
  expect(parseTargets(["linux/amd64,linux/arm64"])).toEqual([
    { os: "linux", arch: "amd64", distros: [] },
    { os: "linux", arch: "arm64", distros: [] },
  ]);
});

test.for([
  "",
  "linux",
  "linux/",
  "linux/amd64/v1/x",
  'linux/amd64:"\n',
  "linux/amd64:a:b",
  "windows/amd64",
  "linux/s390x",
])("the target %j is refused", (text) =>
  expect(() => parseTargets([text])).toThrow(expect.objectContaining({ code: "ARGUMENT_INVALID" })),
);
