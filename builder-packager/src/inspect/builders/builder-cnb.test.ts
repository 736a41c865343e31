import { expect, test } from "vitest";
import type { PackConfig } from "../../config/pack-config.ts";
import { emptyImage, withLabels } from "../../oci/model/mutate.ts";
import { builderDocument } from "./builder-document.ts";
import { builderFacts } from "./builder-facts.ts";
import { builderText } from "./builder-text.ts";

const source = {
  location: "remote",
  about: { digest: `sha256:${"0".repeat(64)}`, platform: "linux/amd64", platforms: [] },
} as const;
const config: PackConfig = { trustedBuilders: [], runImages: [], registryMirrors: {} };
const how = { config, verbose: false };

/** The facts of a builder with a label of `cnb`. */
function factsWith(cnb?: object) {
  const labels = {
    "io.buildpacks.builder.metadata": JSON.stringify({ lifecycle: { version: "0.21.0" } }),
    ...(cnb === undefined ? {} : { "io.libcnb.cnb": JSON.stringify(cnb) }),
  };
  return builderFacts(withLabels(emptyImage({ os: "linux", architecture: "amd64" }), labels), "example.com/builder:1");
}

test("the inspection of a builder with cnb shows the versions of cnb and Node.js", () => {
  const facts = factsWith({ version: "0.1.0", node: "24.21.0", layers: [] });
  expect(builderText("b", facts, source, how)).toContain("\ncnb:\n  Version: 0.1.0\n  Node.js: 24.21.0\n\nRun Images:");
  expect(builderDocument("b", facts, source, how).info).toMatchObject({ cnb: { version: "0.1.0", node: "24.21.0" } });
});

test("the inspection of a builder with the static program shows no version of Node.js", () => {
  const facts = factsWith({ version: "0.1.0", layers: [] });
  expect(builderText("b", facts, source, how)).toContain("\ncnb:\n  Version: 0.1.0\n\nRun Images:");
  expect(builderDocument("b", facts, source, how).info).toMatchObject({ cnb: { version: "0.1.0" } });
});

test.each([
  ["without cnb", undefined],
  ["whose label is not valid", { version: "newest" }],
])("the inspection of a builder %s shows no cnb", (_, label) => {
  expect(builderText("b", factsWith(label), source, how)).not.toContain("cnb:");
  expect(builderDocument("b", factsWith(label), source, how).info).not.toHaveProperty("cnb");
});
