import { type LayoutEdits, layoutFiles, nowhere } from "../../support/hostile/image.ts";
import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";

/** A layout in the directory `image`, right but for its labels. */
const shown = (
  title: string,
  edits: LayoutEdits,
  run = "buildpack inspect image",
): Pick<HostileCase, "title" | "files" | "run"> => ({
  title,
  files: async ({ remove }) => {
    await remove("image");
    return layoutFiles("image", edits);
  },
  run,
});

const labels = (layers: string, metadata = `{"id":"me/a","version":"1.0.0"}`): LayoutEdits => ({
  labels: { "io.buildpacks.buildpackage.metadata": metadata, "io.buildpacks.buildpack.layers": layers },
});
/** The digest of the only layer in a layout. */
const onlyLayer = "sha256:8c4c58d2055d5c0fbc2384126898f032ab3dda309ee29caa0ff495563dfb36c3";
const facts = (more = "", diffId: string = nowhere) => `{"api":"0.10","layerDiffID":"${diffId}"${more}}`;
const builder = (metadata: string, order = "[]", layers = "{}"): LayoutEdits => ({
  labels: {
    "io.buildpacks.builder.metadata": metadata,
    "io.buildpacks.buildpack.order": order,
    "io.buildpacks.buildpack.layers": layers,
  },
});
/** An order that doubles at each level. */
const doubling = JSON.stringify(
  Object.fromEntries(
    Array.from({ length: 40 }, (_, level) => [
      `b${level}`,
      {
        "1": {
          api: "0.10",
          layerDiffID: nowhere,
          order: [1, 2].map(() => ({ group: [{ id: `b${level + 1}`, version: "1" }] })),
        },
      },
    ]),
  ),
);

const nested = `${`{"a":`.repeat(5000)}1${"}".repeat(5000)}`;

/** Packages and builders that inspections refuse for their labels. */
const hostile: readonly HostileCase[] = [
  {
    ...shown(
      "a label nested five thousand levels deep",
      { labels: { "io.buildpacks.build.metadata": nested } },
      "inspect image",
    ),
    exitCode: 1,
    error: `ERROR: the JSON in the label io.buildpacks.build.metadata of image has more levels of nesting than cnb allows
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown("an image that is not a package", {}),
    exitCode: 1,
    error: `ERROR: image is not a buildpackage: it has no label io.buildpacks.buildpackage.metadata
HINT: Use an image or file created by \`cnb buildpack package\`, \`cnb extension package\` or pack.
CODE: BUILDPACKAGE_INVALID`,
  },
  {
    ...shown("a package whose label names a layer that the image lacks", labels(`{"me/a":{"1.0.0":${facts()}}}`)),
    exitCode: 1,
    error: `ERROR: image is not a complete buildpackage: the layer sha256:0000000000000000000000000000000000000000000000000000000000000000 of me/a@1.0.0 is not in it
HINT: Use an image or file created by \`cnb buildpack package\`, \`cnb extension package\` or pack.
CODE: BUILDPACKAGE_INVALID`,
  },
  {
    ...shown("a package whose label is not JSON", labels("{")),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.buildpack.layers of image is not JSON
  caused by: Expected property name or '}' in JSON at position 1 (line 1 column 2)
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown("a package whose label is a number", labels("5")),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.buildpack.layers of image is not valid
  it is not an object
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown(
      "a package whose label contains .. as id and version",
      labels(`{"../a":{"1.0.0":${facts()}},"me/a":{"..":${facts()}},"__proto__":{"1.0.0":${facts()}}}`),
    ),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.buildpack.layers of image is not valid
  ../a is not an id of a buildpack or extension
  .. is not a version of me/a
  __proto__ is not an id of a buildpack or extension
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown("a package whose label has modules without versions", labels(`{"me/a":{},"me/b":null}`)),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.buildpack.layers of image is not valid
  me/a has no version
  me/b has no version
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown(
      "a package whose label has a hundred thousand invalid entries",
      labels(JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`m${index}`, {}])))),
    ),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.buildpack.layers of image is not valid
  m0 has no version
  m1 has no version
  m2 has no version
  m3 has no version
  m4 has no version
  m5 has no version
  m6 has no version
  m7 has no version
  m8 has no version
  m9 has no version
  m10 has no version
  m11 has no version
  m12 has no version
  m13 has no version
  m14 has no version
  m15 has no version
  m16 has no version
  m17 has no version
  m18 has no version
  m19 has no version
  … and 99980 more
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown(
      "a package whose metadata has an invalid id and version",
      labels(`{"me/a":{"1.0.0":${facts()}}}`, `{"id":7,"version":"../x"}`),
    ),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.buildpackage.metadata of image is not valid
  id: Invalid type: Expected string but received 7
  version: not a version of a buildpack or extension
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown("a buildpack package", labels(`{"me/a":{"1.0.0":${facts("", onlyLayer)}}}`), "extension inspect image"),
    exitCode: 1,
    error: `ERROR: image contains a buildpack, not an extension
HINT: Use cnb buildpack inspect.
CODE: BUILDPACKAGE_INVALID`,
  },
  {
    ...shown("an image that is not a builder", {}, "builder inspect image"),
    exitCode: 3,
    error: `ERROR: image is not a builder: it has no label io.buildpacks.builder.metadata
HINT: Pass a builder. For an app image use cnb inspect, for a buildpackage cnb buildpack inspect.
CODE: BUILDER_INVALID`,
  },
  {
    ...shown(
      "a builder whose metadata violates the schema",
      builder(`{"lifecycle":[],"images":[{"image":1}]}`),
      "builder inspect image",
    ),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.builder.metadata of image is not valid
  lifecycle: Invalid type: Expected Object but received Array
  images.0.image: Invalid type: Expected string but received 1
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown("a builder whose order is a string", builder("{}", `"x"`), "builder inspect image"),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.buildpack.order of image is not valid
  Invalid type: Expected Array but received "x"
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown(
      "a builder whose nested orders expand to 2^40 groups",
      builder("{}", `[{"group":[{"id":"b0","version":"1"}]}]`, doubling),
      "builder inspect image",
    ),
    exitCode: 1,
    error: `ERROR: the order of image has more than 10000 members or 100 levels
HINT: Show fewer levels, for example with --depth 2.
CODE: LABEL_INVALID`,
  },
];

hostileTests(hostile);
