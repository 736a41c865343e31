import { expect, test } from "vitest";
import { sortSbomFiles } from "./sbom-files.ts";

const types = (text: string) => ({ launch: text.includes("l"), build: text.includes("b"), cache: text.includes("c") });
const layers = new Map([
  ["run", types("l")],
  ["both", types("lc")],
  ["tool", types("b")],
  ["none", types("")],
] as const);
const declared = ["application/vnd.cyclonedx+json", "application/spdx+json"];
const sort = (...names: string[]) =>
  sortSbomFiles(names, layers, declared).map(({ set, layer, name }) => `${set}/${layer ?? "-"}/${name}`);

test("SBOM files are grouped by the use of their layer", () => {
  expect(sort("both.sbom.cdx.json", "run.sbom.spdx.json", "tool.sbom.cdx.json", "none.sbom.cdx.json")).toEqual([
    "launch/both/sbom.cdx.json",
    "cache/both/sbom.cdx.json",
    "build/none/sbom.cdx.json",
    "launch/run/sbom.spdx.json",
    "build/tool/sbom.cdx.json",
  ]);
});

test("launch and build SBOMs are assigned to no layer", () => {
  expect(sort("launch.sbom.cdx.json", "build.sbom.spdx.json")).toEqual([
    "build/-/sbom.spdx.json",
    "launch/-/sbom.cdx.json",
  ]);
});

test("SBOMs of unknown layers and other files are ignored", () => {
  expect(sort("unknown.sbom.cdx.json", "unknown.sbom.syft.json", "sbom.json", "run.toml")).toEqual([]);
});

test.for([
  ["run.sbom.syft.json", "SBOM file 'run.sbom.syft.json': undeclared SBOM media type: 'application/vnd.syft+json'"],
  ["run.sbom.other.json", "unsupported SBOM file format: 'run.sbom.other.json'"],
] as const)("the SBOM file %s is refused with the error %j", ([name, message]) =>
  expect(() => sort(name)).toThrow(message),
);
