import { expect, test } from "vitest";
import { digestOf } from "../oci/model/digest.ts";
import type { Image, Layer } from "../oci/model/image.ts";
import { appendLayers, emptyImage, withLabels } from "../oci/model/mutate.ts";
import { moduleLayersOf, modulesOf, packageMainOf } from "./module-labels.ts";

const diffId = digestOf("layer");
const nothing = async function* () {};
const layer: Layer = { diffId, digest: diffId, size: 0, mediaType: "", compressed: nothing, uncompressed: nothing };
const plain = appendLayers(emptyImage({ os: "linux", architecture: "amd64" }), [{ layer }]);

const buildpackLayers = "io.buildpacks.buildpack.layers";
const metadata = "io.buildpacks.buildpackage.metadata";
const labelled = (labels: Readonly<Record<string, string>>): Image => withLabels(plain, labels);
const layers = (json: string): Image => labelled({ [buildpackLayers]: json });
const facts = `"api":"0.10","layerDiffID":"${diffId}"`;

function refusal(read: () => unknown): string {
  try {
    return `read: ${JSON.stringify(read())}`;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
}

test("module labels contain metadata and layers, a description for the main module, and no null fields", () => {
  const image = labelled({
    [buildpackLayers]: `{"a/b":{"1.0.0":{${facts},"stacks":null,"targets":[{"os":"linux","arch":"amd64"}],"x":1}},
      "c":{"2.0.0":{${facts},"order":[{"group":[{"id":"a/b","version":"1.0.0"}]}],"homepage":"h","name":"C"}}}`,
    "io.buildpacks.extension.layers": `{"e":{"3.0.0":{${facts}}}}`,
    [metadata]: `{"id":"c","version":"2.0.0","name":"C","homepage":"h","description":"d","keywords":null,"stacks":[{"id":"*"}]}`,
  });
  const about = { api: "0.10" };
  const group = [{ id: "a/b", version: "1.0.0" }];
  expect(modulesOf(image, "x")).toEqual([
    {
      kind: "buildpack",
      id: "a/b",
      version: "1.0.0",
      description: {},
      layer,
      facts: { ...about, targets: [{ os: "linux", arch: "amd64" }] },
    },
    {
      kind: "buildpack",
      id: "c",
      version: "2.0.0",
      description: { description: "d" },
      layer,
      facts: { ...about, order: [{ group }], homepage: "h", name: "C" },
    },
    { kind: "extension", id: "e", version: "3.0.0", facts: about, description: {}, layer },
  ]);
  expect(packageMainOf(image, "x")).toEqual({
    id: "c",
    version: "2.0.0",
    name: "C",
    homepage: "h",
    description: "d",
    stacks: [{ id: "*" }],
  });
});

test("module IDs may equal names of JavaScript object properties", () => {
  const names = ["constructor", "toString", "prototype"];
  const image = layers(`{${names.map((name) => `"${name}":{"1.0.0":{${facts}}}`).join()}}`);
  expect(modulesOf(image, "x").map(({ id }) => id)).toEqual(names);
});

test.for([
  ["with the value null", "null"],
  ["that is missing", undefined],
] as const)("a label io.buildpacks.buildpack.layers %s is read as a list without modules", ([, json]) => {
  const image = json === undefined ? plain : layers(json);
  expect(moduleLayersOf(image, "buildpack", "x")).toEqual({});
  expect(refusal(() => modulesOf(image, "x"))).toBe(
    `BUILDPACKAGE_INVALID: x contains neither a buildpack nor an extension: its label ${buildpackLayers} is missing or empty`,
  );
});

const invalid = (label: string, ...lines: readonly string[]): string =>
  [`LABEL_INVALID: the label ${label} of x is not valid`, ...lines.map((line) => `  ${line}`)].join("\n");

test.for<[string, string, string]>([
  ["malformed JSON", "[", `LABEL_INVALID: the label ${buildpackLayers} of x is not JSON`],
  ["a list", "[]", invalid(buildpackLayers, "it is not an object")],
  ["a number", "5", invalid(buildpackLayers, "it is not an object")],
  ["modules without versions", `{"a":{},"b":null}`, invalid(buildpackLayers, "a has no version", "b has no version")],
  [
    "values of wrong types",
    `{"a":{"1.0.0":{"api":5,"layerDiffID":"sha256:0"}}}`,
    invalid(
      buildpackLayers,
      "a@1.0.0: api: Invalid type: Expected string but received 5",
      "a@1.0.0: layerDiffID: expected a sha256 digest",
    ),
  ],
  [
    "IDs and versions that are paths",
    `{"../a":{"..":{${facts}}},"__proto__":{"1.0.0":{${facts}}}}`,
    invalid(
      buildpackLayers,
      "../a is not an id of a buildpack or extension",
      ".. is not a version of ../a",
      "__proto__ is not an id of a buildpack or extension",
    ),
  ],
  [
    "IDs and versions with control characters",
    `{"a\\u001b[2J":{"1/0":{${facts},"order":[{"group":[{"id":"\\n"},{"id":7}]}]}}}`,
    invalid(
      buildpackLayers,
      `"a\\u001b[2J" is not an id of a buildpack or extension`,
      `1/0 is not a version of "a\\u001b[2J"`,
      `"a\\u001b[2J@1/0": order.0.group.1.id: Invalid type: Expected string but received 7`,
    ),
  ],
  [
    "a layer that the image does not have",
    `{"a":{"1.0.0":{"api":"0.10","layerDiffID":"sha256:${"0".repeat(64)}"}}}`,
    `BUILDPACKAGE_INVALID: x is not a complete buildpackage: the layer sha256:${"0".repeat(64)} of a@1.0.0 is not in it`,
  ],
])("a label io.buildpacks.buildpack.layers with %s is refused", ([, json, expected]) => {
  expect(refusal(() => modulesOf(layers(json), "x"))).toBe(expected);
});

test("the error about an invalid label io.buildpacks.buildpack.layers lists only the first problems", () => {
  const image = layers(`{${Array.from({ length: 1000 }, (_, index) => `"a${index}":{}`).join()}}`);
  expect(
    refusal(() => modulesOf(image, "x"))
      .split("\n")
      .slice(20),
  ).toEqual(["  a19 has no version", "  … and 980 more"]);
});

test.for<[string, string, string]>([
  ["malformed JSON", "{", `LABEL_INVALID: the label ${metadata} of x is not JSON`],
  [
    "an empty object",
    "{}",
    invalid(
      metadata,
      `id: Invalid key: Expected "id" but received undefined`,
      `version: Invalid key: Expected "version" but received undefined`,
    ),
  ],
  [
    "an invalid ID and version",
    `{"id":"..","version":"1\\n2"}`,
    invalid(
      metadata,
      "id: not an id of a buildpack or extension",
      "version: not a version of a buildpack or extension",
    ),
  ],
])("a buildpackage label with %s is refused", ([, json, expected]) => {
  expect(refusal(() => packageMainOf(labelled({ [metadata]: json }), "x"))).toBe(expected);
});

test("an image without the buildpackage label is not a buildpackage", () => {
  expect(refusal(() => packageMainOf(plain, "x"))).toBe(
    `BUILDPACKAGE_INVALID: x is not a buildpackage: it has no label ${metadata}`,
  );
});
