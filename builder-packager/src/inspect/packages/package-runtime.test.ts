import { expect, test } from "vitest";
import type { Layer } from "../../oci/model/image.ts";
import { appendLayers, emptyImage, withLabels } from "../../oci/model/mutate.ts";
import { packageDocument } from "./package-document.ts";
import { packageFacts } from "./package-facts.ts";
import { packageText } from "./package-text.ts";

const layer = { diffId: `sha256:${"0".repeat(64)}` } as Layer;
const source = { location: "local", where: "local archive" } as const;

function factsWith(runtimes?: string) {
  const facts = { "1.0.0": { api: "0.10", layerDiffID: layer.diffId } };
  const labels = {
    "io.buildpacks.buildpackage.metadata": JSON.stringify({ id: "me/a", version: "1.0.0" }),
    "io.buildpacks.buildpack.layers": JSON.stringify({ "me/a": facts, "me/b": facts, "me/c": facts }),
    ...(runtimes === undefined ? {} : { "io.libcnb.runtimes": runtimes }),
  };
  const image = appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]);
  return packageFacts(withLabels(image, labels), "buildpack", "a.cnb");
}

const shown = (runtimes?: string): string =>
  packageText("a.cnb", "buildpack", factsWith(runtimes), { ...source, verbose: false });

test("cnb inspect shows the runtime of each compiled buildpack, and the runtime of each phase if detect and build have different runtimes", () => {
  const runtimes = {
    "me/a@1.0.0": { detect: "small", build: "small" },
    "me/b@1.0.0": { detect: "small", build: "node" },
  };
  const facts = factsWith(JSON.stringify(runtimes));
  expect(packageText("a.cnb", "buildpack", facts, { ...source, verbose: false })).toContain(
    "\nRuntime:\n  me/a@1.0.0        small\n  me/b@1.0.0        small (detect), node (build)\n\nDetection Order:",
  );
  expect(packageDocument("a.cnb", "buildpack", facts, source).info).toMatchObject({
    buildpacks: [
      { id: "me/a", version: "1.0.0", runtime: runtimes["me/a@1.0.0"] },
      { id: "me/b", version: "1.0.0", runtime: runtimes["me/b@1.0.0"] },
      { id: "me/c", version: "1.0.0" },
    ],
  });
});

test("an inspection of a package by another tool shows no runtime", () => {
  expect(shown()).not.toContain("Runtime");
  expect(JSON.stringify(packageDocument("a.cnb", "buildpack", factsWith(), source))).not.toContain("runtime");
});

test("an inspection escapes control characters in the label of the runtimes", () => {
  expect(shown(JSON.stringify({ "me/a@1.0.0": { detect: "\u001b[2J", build: "\u001b[2J" } }))).toContain(
    "me/a@1.0.0        \\u001b[2J",
  );
});

test("an inspection refuses a label of the runtimes with another structure", () => {
  expect(() => shown(`{"me/a@1.0.0":{"detect":1}}`)).toThrow(
    "the label io.libcnb.runtimes of a.cnb is not valid\n  me/a@1.0.0.detect: Invalid type: Expected string but received 1",
  );
});
