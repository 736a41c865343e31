import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";
import { arOf, debOf, demo, file, hardlink, type TestPackage } from "../../support/images/debian-archive.ts";

const start = `suite = "bookworm"\narchitectures = ["amd64"]\n`;

/** A base.toml. */
const base = (title: string, toml: string): Pick<HostileCase, "title" | "files" | "run"> => ({
  title,
  files: { "base.toml": toml },
  run: "base create oci:out --config base.toml --mirror ./debs --allow-unsigned",
});

/** A directory with one package that is called demo. */
const packaged = (
  title: string,
  deb: () => Promise<Buffer> | Buffer,
): Pick<HostileCase, "title" | "files" | "run"> => ({
  title,
  files: async ({ remove }) => {
    await remove("debs");
    return { "base.toml": `${start}packages = ["demo"]\n`, "debs/demo.deb": await deb() };
  },
  run: "base create oci:out --config base.toml --mirror ./debs --allow-unsigned",
});

const withEntries = (entries: TestPackage["entries"]) => () => debOf({ ...demo, entries });
const withControl = (fields: string) => () => debOf({ ...demo, fields });

/** Descriptions of base images and packages that `cnb base create` refuses. */
const hostile: readonly HostileCase[] = [
  {
    ...base("a base.toml that is not TOML", "packages = [\n"),
    exitCode: 3,
    error: `ERROR: base.toml:2:1 is not valid TOML: invalid value
HINT: Correct line 2 of base.toml.
CODE: BASE_CONFIG_INVALID`,
  },
  {
    ...base("unknown keys and wrong types", `${start}pakcages = []\npackages = [1]\n`),
    exitCode: 3,
    error: `ERROR: base.toml has 2 problems
  base.toml:3:1: pakcages: unknown key; did you mean packages?
  base.toml:4:13: packages[0]: expected string, got 1
HINT: Correct the keys named above.
CODE: BASE_CONFIG_INVALID`,
  },
  {
    ...base("an unsupported architecture", `suite = "bookworm"\narchitectures = ["amd46"]\n`),
    exitCode: 3,
    error: `ERROR: the architecture amd46 is not supported
HINT: Use --arch amd64, --arch arm64 or both.
CODE: ARGUMENT_INVALID`,
  },
  {
    ...base("a suite whose name is a path", `suite = "../../etc"\n`),
    exitCode: 3,
    error: `ERROR: "../../etc" is not the name of a suite
HINT: Pass the code name of the suite with --suite, for example bookworm, or set suite = "…" in base.toml (--config).
CODE: ARGUMENT_INVALID`,
  },
  {
    ...base("package names that are options or paths", `${start}packages = ["--no-sandbox", "a b", "../x"]\n`),
    exitCode: 3,
    error: `ERROR: base.toml has 3 problems
  base.toml:3:13: packages[0]: "--no-sandbox" is not the name of a Debian package
  base.toml:3:29: packages[1]: "a b" is not the name of a Debian package
  base.toml:3:36: packages[2]: "../x" is not the name of a Debian package
HINT: Correct the keys named above.
CODE: BASE_CONFIG_INVALID`,
  },
  {
    ...base("a user named root", `${start}[[users]]\nname = "root"\nuid = 0\n`),
    exitCode: 3,
    error: `ERROR: base.toml has 1 problem
  base.toml:5:1: users[0].uid: 0 must not be 0 (root)
HINT: Correct the keys named above.
CODE: BASE_CONFIG_INVALID`,
  },
  {
    ...base("a file with a relative path", `${start}[[files]]\npath = "../etc/passwd"\ncontent = "x"\n`),
    exitCode: 3,
    error: `ERROR: base.toml has 1 problem
  base.toml:4:1: files[0].path: "../etc/passwd" is not an absolute path of a file
HINT: Correct the keys named above.
CODE: BASE_CONFIG_INVALID`,
  },
  {
    ...base(
      "a file path that leaves the image",
      `${start}packages = ["demo"]\n[[files]]\npath = "/../../etc/passwd"\ncontent = "x"\n`,
    ),
    exitCode: 3,
    error: `ERROR: base.toml has 1 problem
  base.toml:5:1: files[0].path: "/../../etc/passwd" is not an absolute path of a file
HINT: Correct the keys named above.
CODE: BASE_CONFIG_INVALID`,
  },
  {
    ...base("a source file that does not exist", `${start}[[files]]\npath = "/x"\nsource = "absent"\n`),
    exitCode: 3,
    error: `ERROR: cannot read <dir>/absent for /x
  caused by: ENOENT: no such file or directory, realpath '<dir>/absent'
HINT: Correct "source" in [[files]] of base.toml (a path relative to the directory of base.toml), or SOURCE in --file (a path relative to the current directory).
CODE: BASE_CONFIG_INVALID`,
  },
  {
    ...base("reserved and malformed environment variables", `${start}[env]\n"A=B" = "x"\nCNB_USER_ID = "0"\n`),
    exitCode: 3,
    error: `ERROR: base.toml has 2 problems
  base.toml:4:1: env."A=B": "A=B" is not the name of an environment variable
  base.toml:5:1: env.CNB_USER_ID: "CNB_USER_ID" cannot be set here: cnb sets it from the user ids and the id of the images
HINT: Correct the keys named above.
CODE: BASE_CONFIG_INVALID`,
  },
  {
    ...base("a time zone that is a path", `${start}timezone = "../../etc/passwd"\n`),
    exitCode: 3,
    error: `ERROR: base.toml has 1 problem
  base.toml:3:1: timezone: "../../etc/passwd" is not the name of a time zone
HINT: Correct the keys named above.
CODE: BASE_CONFIG_INVALID`,
  },
  {
    ...packaged("a Debian package that is a text file", () => Buffer.from("no package")),
    exitCode: 1,
    error: `ERROR: the package demo.deb is not a Debian package that can be unpacked
  caused by: the package file is not an ar archive
HINT: The package file is damaged or in an unknown format. Remove the package from the list of packages, or pass another mirror with --mirror URL.
CODE: BASE_PACKAGE_INVALID`,
  },
  {
    ...packaged("a Debian package without its members", () => arOf([["debian-binary", Buffer.from("2.0\n")]])),
    exitCode: 1,
    error: `ERROR: the package demo.deb is not a Debian package that can be unpacked
  caused by: the package has no member control.tar
HINT: The package file is damaged or in an unknown format. Remove the package from the list of packages, or pass another mirror with --mirror URL.
CODE: BASE_PACKAGE_INVALID`,
  },
  {
    ...packaged("a Debian package of an unknown format version", () => arOf([["debian-binary", Buffer.from("9.0\n")]])),
    exitCode: 1,
    error: `ERROR: the package demo.deb is not a Debian package that can be unpacked
  caused by: the first member of the package is not the file debian-binary with the format version 2.x
HINT: The package file is damaged or in an unknown format. Remove the package from the list of packages, or pass another mirror with --mirror URL.
CODE: BASE_PACKAGE_INVALID`,
  },
  {
    ...packaged("a truncated Debian package", async () => (await debOf(demo)).subarray(0, 150)),
    exitCode: 1,
    error: `ERROR: the package demo.deb is not a Debian package that can be unpacked
  caused by: the package file is truncated: its member at byte 72 is incomplete
HINT: The package file is damaged or in an unknown format. Remove the package from the list of packages, or pass another mirror with --mirror URL.
CODE: BASE_PACKAGE_INVALID`,
  },
  {
    ...packaged("a Debian package with a file above the root directory", withEntries([file("../../etc/x", "x")])),
    exitCode: 1,
    error: `ERROR: the package demo cannot be unpacked: "./../../etc/x" leads out of the file system
HINT: The package file is damaged or in an unknown format. Remove the package from the list of packages, or pass another mirror with --mirror URL.
CODE: BASE_PACKAGE_INVALID`,
  },
  {
    ...packaged(
      "a Debian package with a hard link out of the file system",
      withEntries([hardlink("a", "../../etc/passwd")]),
    ),
    exitCode: 1,
    error: `ERROR: the package demo cannot be unpacked: "./../../etc/passwd" leads out of the file system
HINT: The package file is damaged or in an unknown format. Remove the package from the list of packages, or pass another mirror with --mirror URL.
CODE: BASE_PACKAGE_INVALID`,
  },
  {
    ...packaged("a Debian package with an unavailable dependency", withControl("Depends: absent (>= 2)")),
    exitCode: 1,
    error: `ERROR: the packages cannot be installed:
  demo 1.0-1 needs absent (>= 2): the archive has no package that has or provides this name
HINT: Remove one of the packages, or add the suite or component that has the missing packages.
CODE: BASE_DEPENDENCY_UNSATISFIABLE`,
  },
  {
    ...packaged("a Debian package whose name differs from the requested one", () => debOf({ ...demo, name: "other" })),
    exitCode: 3,
    error: `ERROR: the packages cannot be installed:
  demo is not in the archive
HINT: Correct the package names, or add the component that has these packages, for example with --component contrib.
CODE: BASE_PACKAGE_UNKNOWN`,
  },
];

hostileTests(hostile, async ({ write }) => write({ "debs/demo.deb": await debOf(demo) }));
