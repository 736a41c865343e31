import { bases, builder, buildpacks, composite, one, order, prepare, withPipe } from "../../support/hostile/builder.ts";
import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";

const extensions = `[[order-extensions]]\ngroup = [{ id = "test/ext" }]\n`;

/** Parts of builders that do not fit, are not there, or are not what they say. */
const hostile: readonly HostileCase[] = [
  {
    ...builder(
      "another id than the buildpack's",
      `${bases}[[buildpacks]]\nuri = "one"\nid = "test/two"\n${order(one)}`,
    ),
    exitCode: 3,
    error: `ERROR: one holds test/one@1.0.0, not test/two
HINT: Correct id and version in builder.toml, or leave them out.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder("an extension in the order", bases + buildpacks("one") + order(one) + extensions),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  order-extensions[0]: test/ext is not in the builder (it has none)
HINT: Correct builder.toml, or the images and buildpacks it names.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a composite buildpack that is its own member",
      bases + buildpacks("cycle") + order(`id = "test/cycle"`),
      composite(`id = "test/cycle", version = "1.0.0"`),
    ),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  test/cycle@1.0.0 is a member of itself: test/cycle@1.0.0 → test/cycle@1.0.0
HINT: Correct builder.toml, or the images and buildpacks it names.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a composite buildpack without its members",
      bases + buildpacks("cycle") + order(`id = "test/cycle"`),
      composite(`id = "test/gone", version = "1.0.0"`),
    ),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  order[0] of test/cycle@1.0.0: test/gone is not in the builder (it has test/cycle)
HINT: Correct builder.toml, or the images and buildpacks it names.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a composite buildpack whose members have no version",
      bases + buildpacks("cycle", "one") + order(`id = "test/cycle"`),
      composite(one),
    ),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  order[0] of test/cycle@1.0.0: test/one has no version, which the members of composite buildpacks must have
HINT: Correct builder.toml, or the images and buildpacks it names.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder("a buildpack for another system", bases + buildpacks("elsewhere") + order(`id = "test/elsewhere"`)),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  test/elsewhere@1.0.0 is for windows/amd64; the build image is linux/amd64 with debian 12
HINT: Correct builder.toml, or the images and buildpacks it names.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder("a buildpack for another stack", bases + buildpacks("stacked") + order(`id = "test/stacked"`)),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  test/stacked@1.0.0 is for stack some.stack; the build image is linux/amd64 with debian 12
HINT: Correct builder.toml, or the images and buildpacks it names.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a Buildpack API that the lifecycle does not know",
      bases + buildpacks("old") + order(`id = "test/old"`),
      { "old/buildpack.toml": `api = "0.2"\n[buildpack]\nid = "test/old"\nversion = "1.0.0"\n` },
    ),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  test/old@1.0.0 has Buildpack API 0.2; lifecycle 0.21.0 supports 0.9, 0.10, 0.11, 0.12
HINT: Correct builder.toml, or the images and buildpacks it names.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder("a buildpack that is a file of text", bases + buildpacks("one/buildpack.toml") + order(one)),
    exitCode: 1,
    error: `ERROR: oci-archive:<dir>/one/buildpack.toml: it is not a tar archive
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...builder("a buildpack that is not there", bases + buildpacks("./absent") + order(one)),
    exitCode: 3,
    error: `ERROR: there is no buildpack at <dir>/absent
HINT: Paths in builder.toml are relative to its directory.
CODE: BUILDPACK_NOT_FOUND`,
  },
  {
    ...builder("a buildpack whose descriptor names a folder above", bases + buildpacks("evil") + order(one), {
      "evil/buildpack.toml": `api = "0.10"\n[buildpack]\nid = "../../bin"\nversion = "1/2"\n`,
      "evil/bin/detect": "#!",
      "evil/bin/build": "#!",
    }),
    exitCode: 3,
    error: `ERROR: <dir>/evil/buildpack.toml has 2 problems
  <dir>/evil/buildpack.toml:3:1: buildpack.id: expected a buildpack id (letters, digits, ., / and -), got "../../bin"
  <dir>/evil/buildpack.toml:4:1: buildpack.version: expected a version X.Y.Z, got "1/2"
HINT: Correct <dir>/evil/buildpack.toml: 2 values are not valid according to the specification.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...builder("a buildpack whose id is the folder above", bases + buildpacks("above") + order(one), {
      "above/buildpack.toml": `api = "0.10"\n[buildpack]\nid = ".."\nversion = "1.0.0"\n`,
    }),
    exitCode: 3,
    error: `ERROR: <dir>/above/buildpack.toml has 1 problem
  <dir>/above/buildpack.toml:3:1: buildpack.id: expected a buildpack id (letters, digits, ., / and -), got ".."
HINT: Correct <dir>/above/buildpack.toml: one value is not valid according to the specification.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...builder("a buildpack with a named pipe", bases + buildpacks("pipe") + order(one)),
    files: withPipe,
    exitCode: 1,
    error: `ERROR: <dir>/pipe/fifo cannot be put into a layer: it is a socket, a pipe or a device
HINT: Remove it, or leave it out of the directory.
CODE: TAR_UNSUPPORTED`,
  },
  {
    ...builder("a buildpack of another kind of place", bases + buildpacks("ftp://example.com/x") + order(one)),
    exitCode: 3,
    error: `ERROR: builder.toml has 1 problem
  builder.toml:8:1: buildpacks[0].uri: begins with ftp://; possible are a path, file://, https:// and docker://
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("a uri with a NUL", bases + buildpacks("one\\u0000") + order(one)),
    exitCode: 3,
    error: `ERROR: "one\\u0000" is not the name of an image: the repository "one\\u0000" is malformed
HINT: Write REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME.
CODE: IMAGE_REFERENCE_INVALID`,
  },
  {
    ...builder(
      "a build image without a user",
      bases.replace("oci:build", "oci:no-user") + buildpacks("one") + order(one),
    ),
    exitCode: 3,
    error: `ERROR: oci:no-user cannot be a build image
  it has CNB_USER_ID="root", which is not a number
  it has no environment variable CNB_GROUP_ID
HINT: Correct builder.toml, or the images and buildpacks it names.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a build image that is not there",
      bases.replace("oci:build", "oci:absent") + buildpacks("one") + order(one),
    ),
    exitCode: 1,
    error: `ERROR: <dir>/absent is not an OCI layout: there is no index.json in it
  caused by: ENOENT: no such file or directory, open '<dir>/absent/index.json'
HINT: Check the path; it must be the directory that holds oci-layout, index.json and blobs.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...builder(
      "a build image whose labels lie",
      bases.replace("oci:build", "oci:bad-label") + buildpacks("one") + order(one),
    ),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.buildpack.layers of oci:bad-label is not valid
  ../x is not an id of a buildpack or extension
  ../x@1: api: Invalid type: Expected string but received 1
  ../x@1: layerDiffID: Invalid key: Expected "layerDiffID" but received undefined
HINT: Create the image again: the tool that created it wrote its labels.
CODE: LABEL_INVALID`,
  },
  {
    ...builder(
      "a malformed name of an image",
      bases.replace("oci:build", "Example.com/UPPER//x") + buildpacks("one") + order(one),
    ),
    exitCode: 3,
    error: `ERROR: "Example.com/UPPER//x" is not the name of an image: the repository "UPPER//x" is malformed
HINT: Write REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME.
CODE: IMAGE_REFERENCE_INVALID`,
  },
  {
    ...builder(
      "a run image for another architecture",
      bases.replace("oci:run", "oci:run-arm64") + buildpacks("one") + order(one),
    ),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  the build image is for linux/amd64: oci:<dir>/run-arm64 has no image for linux/amd64, only for linux/arm64
HINT: Correct builder.toml, or the images and buildpacks it names.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "variables that are files elsewhere",
      `${bases}${buildpacks("one")}${order(one)}[[build.env]]\nname = "../../etc/x"\nvalue = ""\n[[build.env]]\nname = "A"\nvalue = ""\nsuffix = "prepend"\n`,
    ),
    exitCode: 3,
    error: `ERROR: builder.toml has 2 problems
  builder.toml:12:1: build.env[0].name: "../../etc/x" is not the name of a variable
  builder.toml:14:9: build.env[1].delim: is missing; prepend needs what stands between the values
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder(
      "a target that nobody can name",
      `${bases}${buildpacks("one")}${order(one)}[[targets]]\nos = "linux"\narch = "../x"\n`,
    ),
    exitCode: 1,
    error: `ERROR: oci:<dir>/build has no image for linux/../x, only for linux/amd64
HINT: Name one of its platforms, or an image that has this one.
CODE: IMAGE_PLATFORM_MISMATCH`,
  },
  {
    ...builder(
      "a lifecycle that is text",
      bases.replace("lifecycle.tgz", "one/buildpack.toml") + buildpacks("one") + order(one),
    ),
    exitCode: 1,
    error: `ERROR: <dir>/one/buildpack.toml is not a lifecycle release archive: it is not a tar archive that can be read
  caused by: the tar archive ends in the middle of a member
HINT: Give the lifecycle-v<version>+linux.<architecture>.tgz of a lifecycle release.
CODE: LIFECYCLE_INVALID`,
  },
  {
    ...builder(
      "a lifecycle that is not there",
      bases.replace("lifecycle.tgz", "absent.tgz") + buildpacks("one") + order(one),
    ),
    exitCode: 1,
    error: `ERROR: the lifecycle archive <dir>/absent.tgz cannot be read
  caused by: ENOENT: no such file or directory, access '<dir>/absent.tgz'
HINT: Name a file by a path relative to builder.toml, or by file:// or https://.
CODE: LIFECYCLE_UNAVAILABLE`,
  },
  {
    ...builder(
      "a lifecycle of another kind of place",
      bases.replace("lifecycle.tgz", "ftp://example.com/x") + buildpacks("one") + order(one),
    ),
    exitCode: 3,
    error: `ERROR: builder.toml has 1 problem
  builder.toml:6:1: lifecycle.uri: begins with ftp://; possible are a path, file://, https:// and docker://
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
];

hostileTests(hostile, prepare);
