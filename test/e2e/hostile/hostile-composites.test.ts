import { a, composite, depends, order, packaged, prepare, toml } from "../../support/hostile/packages.ts";
import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";

/** Composite buildpacks that `cnb buildpack package` refuses for their members. */
const hostile: readonly HostileCase[] = [
  {
    ...packaged("a member that nobody brings", composite(a)),
    exitCode: 3,
    error: `ERROR: the order of <dir>/bp/buildpack.toml does not fit:
  me/a@1.0.0, which the order of me/it@1.0.0 names, is not in the package
HINT: A composite buildpack names every member with its version, and package.toml lists exactly these members as [[dependencies]].
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("a member in another version", {
      ...composite(`id = "me/a", version = "2.0.0"`),
      "package.toml": depends("../a"),
    }),
    exitCode: 3,
    error: `ERROR: the order of <dir>/bp/buildpack.toml does not fit:
  me/a@2.0.0, which the order of me/it@1.0.0 names, is not in the package, only 1.0.0 is
  me/a@1.0.0 is not used by me/it@1.0.0 (dependency ../a)
HINT: A composite buildpack names every member with its version, and package.toml lists exactly these members as [[dependencies]].
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("a member without a version", { ...composite(`id = "me/a"`), "package.toml": depends("../a") }),
    exitCode: 3,
    error: `ERROR: the order of <dir>/bp/buildpack.toml does not fit:
  me/a, which the order of me/it@1.0.0 names, has no version there; the package has 1.0.0
HINT: A composite buildpack names every member with its version, and package.toml lists exactly these members as [[dependencies]].
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("a dependency that no order names", { ...composite(a), "package.toml": depends("../a", "../b") }),
    exitCode: 3,
    error: `ERROR: the order of <dir>/bp/buildpack.toml does not fit:
  me/b@1.0.0 is not used by me/it@1.0.0 (dependency ../b)
HINT: A composite buildpack names every member with its version, and package.toml lists exactly these members as [[dependencies]].
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("two that are called alike", { ...composite(a), "package.toml": depends("../a", "../a-again") }),
    exitCode: 3,
    error: `ERROR: me/a@1.0.0 is in <dir>/a and again in <dir>/a-again
HINT: Give one of them another id or version, or name one only.
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("a dependency that is not there", { ...composite(a), "package.toml": depends("../absent") }),
    exitCode: 3,
    error: `ERROR: there is no <dir>/absent
HINT: Correct the path in package.toml: it begins at the file's folder.
CODE: BUILDPACK_DEPENDENCY_UNKNOWN`,
  },
  {
    ...packaged("a dependency on itself", {
      ...composite(`id = "me/it", version = "1.0.0"`),
      "package.toml": depends("."),
    }),
    exitCode: 3,
    error: `ERROR: the dependencies form a cycle: me/it@1.0.0 → me/it@1.0.0
HINT: Remove one of [[dependencies]] in <dir>/bp/package.toml.
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("a circle of dependencies", {
      ...composite(`id = "me/c", version = "1.0.0"`),
      "package.toml": depends("../c"),
      "../c/buildpack.toml": toml("me/c", order(`id = "me/it", version = "1.0.0"`)),
      "../c/package.toml": depends("../bp"),
    }),
    exitCode: 3,
    error: `ERROR: the dependencies form a cycle: me/it@1.0.0 → me/c@1.0.0 → me/it@1.0.0
HINT: Remove one of [[dependencies]] in <dir>/c/package.toml or <dir>/bp/package.toml.
CODE: BUILDPACK_ORDER_INVALID`,
  },
  {
    ...packaged("a dependency of text", { ...composite(a), "package.toml": depends("../a/buildpack.toml") }),
    exitCode: 1,
    error: `ERROR: <dir>/a/buildpack.toml: it is not a tar archive
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...packaged("a dependency of another kind of place", {
      ...composite(a),
      "package.toml": depends("ftp://example.com/a"),
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.toml has 1 problem
  <dir>/bp/package.toml:4:1: dependencies[0].uri: has the scheme ftp; possible are file://, http://, https:// and docker://
HINT: Correct <dir>/bp/package.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a dependency of a registry of buildpacks", {
      ...composite(a),
      "package.toml": depends("urn:cnb:registry:me/a@1.0.0"),
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.toml has 1 problem
  <dir>/bp/package.toml:4:1: dependencies[0].uri: is looked up in a buildpack registry on a Git server; name the image that is listed there, as docker://REGISTRY/REPOSITORY@DIGEST
HINT: Correct <dir>/bp/package.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a neighbour that is not there", {
      ...composite(a),
      "package.toml": depends("libcnb:me/absent"),
      "package.json": `{ "workspaces": ["."] }`,
    }),
    exitCode: 3,
    error: `ERROR: no buildpack of the workspace has the id me/absent
HINT: There are me/it.
CODE: BUILDPACK_DEPENDENCY_UNKNOWN`,
  },
  {
    ...packaged("a dependency said in two ways, and unknown keys", {
      "package.toml": `${depends("../a")}image = "x"\nuir = "y"\n[platfrom]\nos = "linux"\n`,
    }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.toml has 3 problems
  <dir>/bp/package.toml:3:3: dependencies[0]: expected either uri or image
  <dir>/bp/package.toml:6:1: dependencies[0].uir: unknown key; possible are uri, image
  <dir>/bp/package.toml:7:2: platfrom: unknown key; did you mean platform?
HINT: Correct <dir>/bp/package.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a platform nobody packages for", { "package.toml": `${depends()}[platform]\nos = "windows"\n` }),
    exitCode: 3,
    error: `ERROR: <dir>/bp/package.toml has 1 problem
  <dir>/bp/package.toml:4:1: platform.os: "windows" is not supported, only "linux"
HINT: Correct <dir>/bp/package.toml.
CODE: BUILDPACK_INVALID`,
  },
  {
    ...packaged("a package.toml that is a folder", { "package.toml": "-> ." }),
    exitCode: 3,
    error: `ERROR: cannot read <dir>/bp/package.toml: it is a directory
HINT: Make <dir>/bp/package.toml a file.
CODE: BUILDPACK_INVALID`,
  },
];

hostileTests(hostile, prepare);
