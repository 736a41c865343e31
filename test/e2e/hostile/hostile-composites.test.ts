import { a, composite, depends, order, packaged, prepare, toml } from "../../support/hostile/packages.ts";
import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";

/** Composite buildpacks that `cnb buildpack package` refuses for their members. */
const hostile: readonly HostileCase[] = [
  {
    ...packaged("an order member that no dependency provides", composite(a)),
    exitCode: 3,
    error: `ERROR: the order of <dir>/bp/buildpack.toml does not match the dependencies:
  me/a@1.0.0 in the order of me/it@1.0.0 is not in the package
HINT: Write each member with its version in the order, and list exactly these members in [[dependencies]] of package.toml.
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("an order member in a version that no dependency provides", {
      ...composite(`id = "me/a", version = "2.0.0"`),
      "package.toml": depends("../a"),
    }),
    exitCode: 3,
    error: `ERROR: the order of <dir>/bp/buildpack.toml does not match the dependencies:
  me/a@2.0.0 in the order of me/it@1.0.0 is not in the package, which has only 1.0.0
  me/a@1.0.0 is not in the order of me/it@1.0.0 (dependency ../a)
HINT: Write each member with its version in the order, and list exactly these members in [[dependencies]] of package.toml.
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("an order member without a version", { ...composite(`id = "me/a"`), "package.toml": depends("../a") }),
    exitCode: 3,
    error: `ERROR: the order of <dir>/bp/buildpack.toml does not match the dependencies:
  me/a in the order of me/it@1.0.0 has no version; the package has 1.0.0
HINT: Write each member with its version in the order, and list exactly these members in [[dependencies]] of package.toml.
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("a dependency that is not in the order", { ...composite(a), "package.toml": depends("../a", "../b") }),
    exitCode: 3,
    error: `ERROR: the order of <dir>/bp/buildpack.toml does not match the dependencies:
  me/b@1.0.0 is not in the order of me/it@1.0.0 (dependency ../b)
HINT: Write each member with its version in the order, and list exactly these members in [[dependencies]] of package.toml.
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("two dependencies with the same id and version", {
      ...composite(a),
      "package.toml": depends("../a", "../a-again"),
    }),
    exitCode: 3,
    error: `ERROR: me/a@1.0.0 is in both <dir>/a and <dir>/a-again
HINT: Change the id or version in one of the two directories, or use only one of the directories.
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("a dependency path that does not exist", { ...composite(a), "package.toml": depends("../absent") }),
    exitCode: 3,
    error: `ERROR: <dir>/absent does not exist
HINT: Correct the path in package.toml, which is relative to the directory of package.toml.
CODE: BUILDPACK_DEPENDENCY_UNKNOWN`,
  },
  {
    ...packaged("a composite buildpack that depends on itself", {
      ...composite(`id = "me/it", version = "1.0.0"`),
      "package.toml": depends("."),
    }),
    exitCode: 3,
    error: `ERROR: the dependencies form a cycle: me/it@1.0.0 → me/it@1.0.0
HINT: Remove one of the [[dependencies]] from <dir>/bp/package.toml.
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("a dependency cycle", {
      ...composite(`id = "me/c", version = "1.0.0"`),
      "package.toml": depends("../c"),
      "../c/buildpack.toml": toml("me/c", order(`id = "me/it", version = "1.0.0"`)),
      "../c/package.toml": depends("../bp"),
    }),
    exitCode: 3,
    error: `ERROR: the dependencies form a cycle: me/it@1.0.0 → me/c@1.0.0 → me/it@1.0.0
HINT: Remove one of the [[dependencies]] from <dir>/c/package.toml or <dir>/bp/package.toml.
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("a dependency that is a text file", {
      ...composite(a),
      "package.toml": depends("../a/buildpack.toml"),
    }),
    exitCode: 1,
    error: `ERROR: <dir>/a/buildpack.toml: the archive does not begin with a tar header
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...packaged("a dependency with an ftp URL", {
      ...composite(a),
      "package.toml": depends("ftp://example.com/a"),
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.toml has 1 problem
  <dir>/bp/package.toml:4:1: dependencies[0].uri: has the unsupported scheme ftp; use file://, http://, https:// or docker://
HINT: Correct <dir>/bp/package.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a dependency from the buildpack registry", {
      ...composite(a),
      "package.toml": depends("urn:cnb:registry:me/a@1.0.0"),
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.toml has 1 problem
  <dir>/bp/package.toml:4:1: dependencies[0].uri: refers to a buildpack registry, which cnb does not query; use the image that the registry lists: docker://REGISTRY/REPOSITORY@DIGEST
HINT: Correct <dir>/bp/package.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a dependency that the workspace does not contain", {
      ...composite(a),
      "package.toml": depends("libcnb:me/absent"),
      "package.json": `{ "workspaces": ["."] }`,
    }),
    exitCode: 3,
    error: `ERROR: no buildpack of the workspace has the id me/absent
HINT: Use the id of a buildpack in the workspace: me/it.
CODE: BUILDPACK_DEPENDENCY_UNKNOWN`,
  },
  {
    ...packaged("a dependency with both uri and image, and unknown keys", {
      "package.toml": `${depends("../a")}image = "x"\nuir = "y"\n[platfrom]\nos = "linux"\n`,
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.toml has 3 problems
  <dir>/bp/package.toml:3:3: dependencies[0]: expected either uri or image
  <dir>/bp/package.toml:6:1: dependencies[0].uir: unknown key; the known keys are uri, image
  <dir>/bp/package.toml:7:2: platfrom: unknown key; did you mean platform?
HINT: Correct <dir>/bp/package.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.toml for Windows", { "package.toml": `${depends()}[platform]\nos = "windows"\n` }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.toml has 1 problem
  <dir>/bp/package.toml:4:1: platform.os: "windows" is not supported, only "linux"
HINT: Correct <dir>/bp/package.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.toml that is a directory", { "package.toml": "-> ." }),
    exitCode: 3,
    error: `ERROR: cannot read <dir>/bp/package.toml: it is a directory
HINT: Replace <dir>/bp/package.toml with a file that you have permission to read, or remove it.
CODE: BUILDPACK_INVALID`,
  },
];

hostileTests(hostile, prepare);
