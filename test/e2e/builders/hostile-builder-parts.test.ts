import { bases, builder, buildpacks, composite, one, order, prepare, withPipe } from "../../support/hostile/builder.ts";
import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";

const extensions = `[[order-extensions]]\ngroup = [{ id = "test/ext" }]\n`;

/** Parts of builders that do not fit, are not there, or are not what they say. */
const hostile: readonly HostileCase[] = [
  {
    ...builder(
      "a buildpack whose id differs from the one in builder.toml",
      `${bases}[[buildpacks]]\nuri = "one"\nid = "test/two"\n${order(one)}`,
    ),
    exitCode: 3,
    error: `ERROR: one contains test/one@1.0.0, not test/two
HINT: Correct "id" and "version" of this entry in builder.toml, or remove these two keys.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder("an order that contains an extension", bases + buildpacks("one") + order(one) + extensions),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  order-extensions[0]: test/ext is not in the builder (it has none)
HINT: Correct builder.toml, or the images and buildpacks that it lists.
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
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a composite buildpack whose members are missing",
      bases + buildpacks("cycle") + order(`id = "test/cycle"`),
      composite(`id = "test/gone", version = "1.0.0"`),
    ),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  order[0] of test/cycle@1.0.0: test/gone is not in the builder (it has test/cycle)
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a composite buildpack whose order has members without versions",
      bases + buildpacks("cycle", "one") + order(`id = "test/cycle"`),
      composite(one),
    ),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  order[0] of test/cycle@1.0.0: test/one has no version, but members of composite buildpacks must have one
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a buildpack for another operating system",
      bases + buildpacks("windows") + order(`id = "test/windows"`),
    ),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  test/windows@1.0.0 is for windows/amd64, but the build image is linux/amd64 with debian 12
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder("a buildpack for another stack", bases + buildpacks("stacked") + order(`id = "test/stacked"`)),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  test/stacked@1.0.0 is for stack some.stack, but the build image is linux/amd64 with debian 12
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a buildpack with a Buildpack API that the lifecycle does not support",
      bases + buildpacks("old") + order(`id = "test/old"`),
      { "old/buildpack.toml": `api = "0.2"\n[buildpack]\nid = "test/old"\nversion = "1.0.0"\n` },
    ),
    exitCode: 3,
    error: `ERROR: the builder cannot be assembled
  test/old@1.0.0 has Buildpack API 0.2, but lifecycle 0.21.0 supports only 0.9, 0.10, 0.11, 0.12
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder("a buildpack that is a text file", bases + buildpacks("one/buildpack.toml") + order(one)),
    exitCode: 1,
    error: `ERROR: oci-archive:<dir>/one/buildpack.toml: the archive does not begin with a tar header
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...builder("a buildpack path that does not exist", bases + buildpacks("./absent") + order(one)),
    exitCode: 3,
    error: `ERROR: there is no buildpack at <dir>/absent
HINT: Correct the path. Paths in builder.toml are relative to the directory of builder.toml.
CODE: BUILDPACK_NOT_FOUND`,
  },
  {
    ...builder("a buildpack with ../../ in its id and / in its version", bases + buildpacks("evil") + order(one), {
      "evil/buildpack.toml": `api = "0.10"\n[buildpack]\nid = "../../bin"\nversion = "1/2"\n`,
      "evil/bin/detect": "#!",
      "evil/bin/build": "#!",
    }),
    exitCode: 3,
    error: `ERROR: <dir>/evil/buildpack.toml has 2 problems
  <dir>/evil/buildpack.toml:3:1: buildpack.id: expected a buildpack id (letters, digits, ., / and -), got "../../bin"
  <dir>/evil/buildpack.toml:4:1: buildpack.version: expected a version X.Y.Z, got "1/2"
HINT: Correct <dir>/evil/buildpack.toml: 2 values are not valid.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...builder("a buildpack whose id is ..", bases + buildpacks("above") + order(one), {
      "above/buildpack.toml": `api = "0.10"\n[buildpack]\nid = ".."\nversion = "1.0.0"\n`,
    }),
    exitCode: 3,
    error: `ERROR: <dir>/above/buildpack.toml has 1 problem
  <dir>/above/buildpack.toml:3:1: buildpack.id: expected a buildpack id (letters, digits, ., / and -), got ".."
HINT: Correct <dir>/above/buildpack.toml: one value is not valid.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...builder("a buildpack that contains a named pipe", bases + buildpacks("pipe") + order(one)),
    files: withPipe,
    exitCode: 1,
    error: `ERROR: <dir>/pipe/fifo cannot be put into a layer: it is a socket, a pipe or a device
HINT: Remove <dir>/pipe/fifo, or move it out of the directory.
CODE: TAR_UNSUPPORTED`,
  },
  {
    ...builder("a buildpack with an ftp URL", bases + buildpacks("ftp://example.com/x") + order(one)),
    exitCode: 3,
    error: `ERROR: builder.toml has 1 problem
  builder.toml:8:1: buildpacks[0].uri: begins with ftp://, but must be a path, file://, https:// or docker://
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder("a buildpack uri that contains a NUL", bases + buildpacks("one\\u0000") + order(one)),
    exitCode: 3,
    error: `ERROR: "one\\u0000" is not a valid image name: the repository "one\\u0000" is malformed
HINT: Write REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME.
CODE: IMAGE_REFERENCE_INVALID`,
  },
  {
    ...builder(
      "a build image without a user",
      bases.replace("oci:build", "oci:no-user") + buildpacks("one") + order(one),
    ),
    exitCode: 3,
    error: `ERROR: oci:no-user cannot be used as a build image
  it has CNB_USER_ID="root", which is not a number
  it has no environment variable CNB_GROUP_ID
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a build image path that does not exist",
      bases.replace("oci:build", "oci:absent") + buildpacks("one") + order(one),
    ),
    exitCode: 1,
    error: `ERROR: <dir>/absent is not an OCI layout: it has no index.json
  caused by: ENOENT: no such file or directory, open '<dir>/absent/index.json'
HINT: Check the path: it must be the directory that contains oci-layout, index.json and blobs.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...builder(
      "a build image with an invalid label",
      bases.replace("oci:build", "oci:bad-label") + buildpacks("one") + order(one),
    ),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.buildpack.layers of oci:bad-label is not valid
  ../x is not an id of a buildpack or extension
  ../x@1: api: Invalid type: Expected string but received 1
  ../x@1: layerDiffID: Invalid key: Expected "layerDiffID" but received undefined
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...builder(
      "a malformed image name",
      bases.replace("oci:build", "Example.com/UPPER//x") + buildpacks("one") + order(one),
    ),
    exitCode: 3,
    error: `ERROR: "Example.com/UPPER//x" is not a valid image name: the repository "UPPER//x" is malformed
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
HINT: Correct builder.toml, or the images and buildpacks that it lists.
CODE: BUILDER_INVALID`,
  },
  {
    ...builder(
      "a build environment variable whose name is a path",
      `${bases}${buildpacks("one")}${order(one)}[[build.env]]\nname = "../../etc/x"\nvalue = ""\n[[build.env]]\nname = "A"\nvalue = ""\nsuffix = "prepend"\n`,
    ),
    exitCode: 3,
    error: `ERROR: builder.toml has 2 problems
  builder.toml:12:1: build.env[0].name: "../../etc/x" is not the name of an environment variable
  builder.toml:14:9: build.env[1].delim: is missing; prepend needs the delimiter between the values
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
  {
    ...builder(
      "a target whose architecture is ..",
      `${bases}${buildpacks("one")}${order(one)}[[targets]]\nos = "linux"\narch = "../x"\n`,
    ),
    exitCode: 1,
    error: `ERROR: oci:<dir>/build has no image for linux/../x, only for linux/amd64
HINT: Request a platform that the image has, or use an image for linux/../x.
CODE: IMAGE_PLATFORM_MISMATCH`,
  },
  {
    ...builder(
      "a lifecycle archive that is a text file",
      bases.replace("lifecycle.tgz", "one/buildpack.toml") + buildpacks("one") + order(one),
    ),
    exitCode: 1,
    error: `ERROR: <dir>/one/buildpack.toml does not contain a lifecycle: the file is not a readable tar archive
  caused by: the tar archive ends in the middle of a member
HINT: Use the file lifecycle-v<version>+linux.<architecture>.tgz of a lifecycle release.
CODE: LIFECYCLE_INVALID`,
  },
  {
    ...builder(
      "a lifecycle archive that does not exist",
      bases.replace("lifecycle.tgz", "absent.tgz") + buildpacks("one") + order(one),
    ),
    exitCode: 1,
    error: `ERROR: the lifecycle archive <dir>/absent.tgz cannot be read
  caused by: ENOENT: no such file or directory, access '<dir>/absent.tgz'
HINT: Use the path of a lifecycle release archive (in builder.toml, relative to its directory), or a file:// or https:// URL.
CODE: LIFECYCLE_UNAVAILABLE`,
  },
  {
    ...builder(
      "a lifecycle with an ftp URL",
      bases.replace("lifecycle.tgz", "ftp://example.com/x") + buildpacks("one") + order(one),
    ),
    exitCode: 3,
    error: `ERROR: builder.toml has 1 problem
  builder.toml:6:1: lifecycle.uri: begins with ftp://, but must be a path, file://, https:// or docker://
HINT: Correct builder.toml; its keys are those of pack's builder.toml.
CODE: BUILDER_CONFIG_INVALID`,
  },
];

hostileTests(hostile, prepare);
