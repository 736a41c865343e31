import { expect, test } from "vitest";
import { emptyImage, withLabels } from "../../oci/model/mutate.ts";
import { cnbIn } from "./cnb-label.ts";

const layer = `sha256:${"0".repeat(64)}`;
const imageWith = (label: string) =>
  withLabels(emptyImage({ os: "linux", architecture: "amd64" }), { "io.libcnb.cnb": label });

test("the label of a builder names the versions of its cnb and Node.js, and their layers", () => {
  const content = { version: "0.1.0", node: "24.21.0", layers: [layer] };
  expect(cnbIn(imageWith(JSON.stringify(content)))).toEqual(content);
});

test("the label of the static program's image names no Node.js", () => {
  const content = { version: "0.1.0", layers: [layer] };
  expect(cnbIn(imageWith(JSON.stringify(content)))).toEqual(content);
});

test.each([
  ["a text that is not JSON", "cnb"],
  ["another type", "[]"],
  ["a version that a script would execute", `{"version":"$(id)","node":"24.21.0","layers":[]}`],
  ["another word for the version of Node.js", `{"version":"0.1.0","node":"newest","layers":[]}`],
  ["no version of cnb", `{"layers":[]}`],
  ["a layer without a digest", `{"version":"0.1.0","node":"24.21.0","layers":["x"]}`],
  ["a hundred layers", JSON.stringify({ version: "0.1.0", node: "24.21.0", layers: Array(100).fill(layer) })],
])("a label with %s is ignored", (_, label) => {
  expect(cnbIn(imageWith(label))).toBeUndefined();
});

test("an image without the label contains no cnb", () => {
  expect(cnbIn(emptyImage({ os: "linux", architecture: "amd64" }))).toBeUndefined();
});
