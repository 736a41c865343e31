import { a, depends, order, packaged, prepare, toml } from "../../support/hostile/packages.ts";
import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";

/** Buildpacks that `cnb buildpack package` refuses for what they are. */
const hostile: readonly HostileCase[] = [
  {
    ...packaged("a buildpack.toml that is not TOML", { "buildpack.toml": `api = 0.10.1\n` }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml:1:11 is not valid TOML: illegal character in numeric literal
HINT: Correct line 1 of <dir>/bp/buildpack.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a directory without buildpack.toml", { "buildpack.toml": "-> absent" }),
    exitCode: 3,
    error: `ERROR: there is no buildpack.toml in <dir>/bp
HINT: Pass the directory that contains buildpack.toml. To create a new buildpack, run cnb buildpack new.
CODE: BUILDPACK_NOT_FOUND`,
  },
  {
    ...packaged("a buildpack.toml that links to an endless device", { "buildpack.toml": "-> /dev/zero" }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml is larger than 1 MiB
HINT: Shorten <dir>/bp/buildpack.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("an empty buildpack.toml", { "buildpack.toml": "" }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml has 2 problems
  <dir>/bp/buildpack.toml: api: is missing
  <dir>/bp/buildpack.toml: buildpack: is missing
HINT: Correct <dir>/bp/buildpack.toml: 2 values are not valid.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("an API that is not a number", { "buildpack.toml": toml("me/it").replace("0.10", "ten") }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml has 1 problem
  <dir>/bp/buildpack.toml:1:1: api: expected an API version such as "0.10", got "ten"
HINT: Correct <dir>/bp/buildpack.toml: one value is not valid.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("an API that libcnb does not implement", {
      "buildpack.toml": toml("me/it").replace("0.10", "0.99"),
      "src/buildpack.ts": "export default {};",
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml has 1 problem
  <dir>/bp/buildpack.toml:1:1: api: libcnb does not implement Buildpack API "0.99", only 0.10, 0.11, 0.12
HINT: Correct <dir>/bp/buildpack.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("an id that the lifecycle reserves", { "buildpack.toml": toml("app") }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml has 1 problem
  <dir>/bp/buildpack.toml:3:1: buildpack.id: "app" is reserved by the specification
HINT: Correct <dir>/bp/buildpack.toml: one value is not valid.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("the id ..", { "buildpack.toml": toml("..") }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml has 1 problem
  <dir>/bp/buildpack.toml:3:1: buildpack.id: expected a buildpack id (letters, digits, ., / and -), got ".."
HINT: Correct <dir>/bp/buildpack.toml: one value is not valid.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a version that contains a path", { "buildpack.toml": toml("me/it", "", "1.0.0/../../x") }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml has 1 problem
  <dir>/bp/buildpack.toml:4:1: buildpack.version: expected a version X.Y.Z, got "1.0.0/../../x"
HINT: Correct <dir>/bp/buildpack.toml: one value is not valid.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a buildpack.toml without a version", {
      "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "me/it"\n`,
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml has 1 problem
  <dir>/bp/buildpack.toml:2:2: buildpack.version: is missing
HINT: Correct <dir>/bp/buildpack.toml: one value is not valid.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("an order together with targets", {
      "buildpack.toml": toml("me/it", `${order(a)}[[targets]]\nos = "linux"\n`),
      "package.toml": depends("../a"),
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml has 1 problem
  <dir>/bp/buildpack.toml:5:3: order: a composite buildpack has no targets
HINT: Correct <dir>/bp/buildpack.toml: one value is not valid.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.json that is not JSON", { "package.json": "{" }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.json is not JSON
  caused by: Expected property name or '}' in JSON at position 1 (line 1 column 2)
HINT: Correct <dir>/bp/package.json.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.json that is null", { "package.json": "null" }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.json is not a JSON object
HINT: Correct <dir>/bp/package.json.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.json that links to an endless device", { "package.json": "-> /dev/zero" }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.json is larger than 1 MiB
HINT: Correct <dir>/bp/package.json.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.json that is a directory", { "package.json/a": "" }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.json cannot be read: it is a directory
HINT: Correct <dir>/bp/package.json.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.json whose libcnb key is a string", { "package.json": `{ "libcnb": "src/main.ts" }` }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.json: libcnb is not an object
HINT: Write "libcnb": { "entry": "src/buildpack.ts" } with the path of the file that has the default export.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.json whose libcnb.entry is an array", {
      "package.json": `{ "libcnb": { "entry": ["a.ts"] } }`,
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.json: libcnb.entry is not the path of a file: ["a.ts"]
HINT: Write "libcnb": { "entry": "src/buildpack.ts" } with the path of the file that has the default export.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.json with an unknown key in libcnb", {
      "package.json": `{ "libcnb": { "entrypoint": "a.ts" } }`,
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.json: libcnb has the unknown key "entrypoint"
HINT: Write "libcnb": { "entry": "src/buildpack.ts" } with the path of the file that has the default export.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.json whose libcnb.entry is a directory", {
      "package.json": `{ "libcnb": { "entry": "src" } }`,
      "src/a.ts": "",
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/src is not a file, but is set as libcnb.entry in package.json
HINT: Correct package.json, or write the file with a default export.
CODE: BUILDPACK_ENTRY_MISSING`,
  },
  {
    ...packaged("a directory named src/buildpack.ts", { "src/buildpack.ts/a.ts": "" }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/src/buildpack.ts is not a file, but must contain the code of the buildpack
HINT: Write src/buildpack.ts with the buildpack as default export, or set libcnb.entry in package.json to another file.
CODE: BUILDPACK_ENTRY_MISSING`,
  },
  {
    ...packaged("a package.json whose libcnb.entry is above the root directory", {
      "package.json": `{ "libcnb": { "entry": "../../../../absent.ts" } }`,
    }),
    exitCode: 3,
    error: `ERROR: /absent.ts does not exist, but is set as libcnb.entry in package.json
HINT: Correct package.json, or write the file with a default export.
CODE: BUILDPACK_ENTRY_MISSING`,
  },
  {
    ...packaged("a buildpack without a program or scripts", { "bin/detect": "-> absent", "bin/build": "-> absent" }),
    exitCode: 3,
    error: `ERROR: <dir>/bp contains neither src/buildpack.ts nor bin/detect and bin/build
HINT: Write src/buildpack.ts with the buildpack as default export, or set libcnb.entry in package.json to another file.
CODE: BUILDPACK_ENTRY_MISSING`,
  },
  {
    ...packaged("an extension instead of a buildpack", {
      "buildpack.toml": "-> absent",
      "extension.toml": `api = "0.10"\n[extension]\nid = "e"\nversion = "1.0.0"\n`,
    }),
    exitCode: 3,
    error: `ERROR: there is no buildpack.toml in <dir>/bp
HINT: The directory contains extension.toml: run cnb extension package instead.
CODE: BUILDPACK_NOT_FOUND`,
  },
  {
    ...packaged(
      "a target that the buildpack does not support",
      { "buildpack.toml": toml("me/it", `[[targets]]\nos = "linux"\narch = "arm64"\n`) },
      "--target linux/s390x",
    ),
    exitCode: 3,
    error: `ERROR: me/it@1.0.0 does not support linux/s390x, only linux/arm64
HINT: Choose another --target, or add this target to [[targets]] in buildpack.toml.
CODE: TARGET_UNSUPPORTED`,
  },
  {
    ...packaged("a --target without an architecture", {}, "--target linux"),
    exitCode: 3,
    error: `ERROR: "linux" is not a valid target platform
HINT: Write OS/ARCH, for example linux/amd64.
CODE: TARGET_UNSUPPORTED`,
  },
  {
    ...packaged("an unknown --format", {}, "--format zip"),
    exitCode: 3,
    error: `ERROR: --format zip is unknown
HINT: Use --format image, --format file or --format dir.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...packaged("a --config file that does not exist", {}, "--config absent.toml"),
    exitCode: 3,
    error: `ERROR: cannot read absent.toml: there is no such file
HINT: Pass the path of a package.toml with --config.
CODE: ARGUMENT_INVALID`,
  },
];

hostileTests(hostile, prepare);
