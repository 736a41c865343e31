import { describe, expect, test } from "vitest";
import { type BasePlan, type ImagePlan, planBase } from "./base-plan.ts";
import { parseBaseToml } from "./base-toml.ts";
import type { BaseFlags } from "./flag-values.ts";

const config = parseBaseToml(
  `
id = "com.example.base"
suite = "bookworm"
components = ["main"]
packages = ["libc6"]
without = ["dpkg"]
labels = { team = "x" }
[build]
packages = ["bash"]
uid = 2001
[run]
packages = ["tzdata"]
uid = 2002
[user]
name = "app"
gid = 2000
`,
  "base.toml",
);

const image: Omit<ImagePlan, "packages" | "user"> = {
  variant: "minimal",
  users: [],
  groups: [],
  files: [],
  env: {},
  description: undefined,
  labels: { team: "x" },
};

const planned: BasePlan = {
  suite: "bookworm",
  components: ["main"],
  architectures: ["amd64"],
  mirrors: [],
  allowUnsigned: false,
  keyringFile: undefined,
  certificates: [],
  packages: ["libc6"],
  without: ["dpkg"],
  timeZone: undefined,
  locale: undefined,
  build: { ...image, packages: ["bash"], user: { name: "app", uid: 2001, gid: 2000, home: "/home/app" } },
  run: { ...image, packages: ["tzdata"], user: { name: "app", uid: 2002, gid: 2000, home: "/home/app" } },
  id: "com.example.base",
  maintainer: undefined,
  homepage: undefined,
};

describe("the plan for base images", () => {
  test("is read from base.toml", () => {
    expect(planBase({}, config, {}, "x64")).toEqual(planned);
  });

  test("follows the flags: lists are appended, other values override base.toml", () => {
    const given = {
      suite: "trixie",
      component: ["contrib"],
      package: ["dash"],
      buildPackage: ["git"],
      runPackage: ["tini"],
      without: ["perl"],
      arch: ["arm64", "amd64", "arm64"],
      variant: "full",
      extend: "oci:old",
      timezone: "Europe/Berlin",
      locale: "C.UTF-8",
      allowUnsigned: true,
      env: ["A=b=c"],
      label: ["team=y"],
      mirror: ["http://m.example"],
      keyring: "k.gpg",
      id: "i",
      buildUid: "7",
      runUid: "8",
      gid: "9",
    };
    const user = { name: "app", gid: 9, home: "/home/app" };
    const extend: ImagePlan["extend"] = { kind: "oci", dir: "old" };
    const more = { ...image, extend, variant: "full" as const, env: { A: "b=c" }, labels: { team: "y" } };
    expect(planBase(given, config, { certificates: ["PEM"] }, "x64")).toEqual({
      ...planned,
      suite: "trixie",
      components: ["contrib"],
      architectures: ["amd64", "arm64"],
      mirrors: ["http://m.example"],
      allowUnsigned: true,
      timeZone: "Europe/Berlin",
      locale: "C.UTF-8",
      keyringFile: "k.gpg",
      certificates: ["PEM"],
      packages: ["libc6", "dash"],
      without: ["dpkg", "perl"],
      build: { ...more, packages: ["bash", "git"], user: { ...user, uid: 7 } },
      run: { ...more, packages: ["tzdata", "tini"], user: { ...user, uid: 8 } },
      id: "i",
    });
  });

  test("defaults to two users that share a group", () => {
    const { build, run, id } = planBase(
      { suite: "trixie", package: ["libc6"] },
      parseBaseToml("", "base.toml"),
      {},
      "arm64",
    );
    const user = { name: "cnb", gid: 1000, home: "/home/cnb" };
    expect({ build: build.user, run: run.user, id }).toEqual({
      build: { ...user, uid: 1001 },
      run: { ...user, uid: 1002 },
      id: "libcnb.base.trixie",
    });
  });

  test.for<[string, Partial<BaseFlags>, string]>([
    ["a suite is missing", { suite: undefined }, "the distribution's suite is missing"],
    ["a suite is not a name", { suite: "../x" }, '"../x" is not the name of a suite'],
    ["no package is named", { package: [] }, "base images need at least one package"],
    ["a package name is malformed", { package: ["libc6; rm"] }, '"libc6; rm" is not the name of a Debian package'],
    ["a user ID is 0", { runUid: "0" }, "--run-uid 0 is not the numeric id of an ordinary user or group"],
    [
      "a user ID is not a number",
      { buildUid: "cnb" },
      "--build-uid cnb is not the numeric id of an ordinary user or group",
    ],
    ["the architecture is unknown", { arch: ["riscv64"] }, "the architecture riscv64 is not supported"],
    ["the variant is unknown", { variant: "tiny" }, 'base images have no variant "tiny"'],
    ["the time zone is a path", { timezone: "../etc/passwd" }, '"../etc/passwd" is not the name of a time zone'],
    ["the locale is a path", { locale: "../x" }, '"../x" is not the name of a locale'],
    ["an environment variable has no value", { env: ["A"] }, "--env A is not NAME=VALUE"],
    [
      "a reserved environment variable is set",
      { env: ["CNB_USER_ID=0"] },
      '"CNB_USER_ID" cannot be set here: cnb sets it from the user ids and the id of the images',
    ],
    ["a label has no name", { label: ["=x"] }, "--label =x is not NAME=VALUE"],
  ])("is refused when %s", ([, more, message]) => {
    const given = { suite: "bookworm", package: ["libc6"], ...more };
    expect(() => planBase(given, parseBaseToml("", "base.toml"), {}, "x64")).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID", message }),
    );
  });
});

const where = "base.toml:1:10";
const hasOne = (message: string) => `base.toml has 1 problem\n  ${message}`;

describe("the parser of base.toml", () => {
  test.for<[string, string | Uint8Array, string]>([
    [
      "all mistakes at once",
      'suit = "x"\nsuite = ""\npackages = "libc6"\n[build]\nuid = 0\npackages = ["A"]\n[labels]\na = 1\n',
      `base.toml has 6 problems
  base.toml:1:1: suit: unknown key; did you mean suite?
  base.toml:2:1: suite: "" must not be empty
  base.toml:3:1: packages: expected Array, got "libc6"
  base.toml:5:1: build.uid: 0 must not be 0 (root)
  base.toml:6:13: build.packages[0]: "A" is not the name of a Debian package
  base.toml:8:1: labels.a: expected string, got 1`,
    ],
    ["a file that is not TOML", "packages = [", "base.toml:1:12 is not valid TOML: unfinished array"],
    [
      "a file that is not UTF-8",
      Buffer.from('suite = "\xff"', "latin1"),
      `${where} is not valid TOML: its bytes are not UTF-8`,
    ],
    [
      "the first 20 of 1000 mistakes",
      `packages = [${'"A",'.repeat(1000)}]`,
      `base.toml has 1000 problems\n${Array.from({ length: 20 }, (_, index) => `  base.toml:1:${13 + 4 * index}: packages[${index}]: "A" is not the name of a Debian package\n`).join("")}  … and 980 more`,
    ],
    [
      "a [[files]] table with two kinds of content",
      '[[files]]\npath = "/x"\nsource = "x"\ncontent = "y"\n',
      hasOne("base.toml:1:3: files[0]: has source and content, but only one of them is allowed"),
    ],
    [
      "a [[files]] table without content",
      '[[files]]\npath = "/x"\n',
      hasOne("base.toml:1:3: files[0]: needs one of source, content, link, directory"),
    ],
    [
      "a [[files]] table with wrong attributes",
      '[[files]]\npath = "x"\ncontent = ""\nmode = "u+x"\nowner = "a b"\nimage = "both"\n',
      `base.toml has 4 problems
  base.toml:2:1: files[0].path: "x" is not an absolute path of a file
  base.toml:4:1: files[0].mode: "u+x" is not a mode of three or four octal digits
  base.toml:5:1: files[0].owner: "a b" is not a user's name or UID:GID
  base.toml:6:1: files[0].image: "both" must be "build" or "run"`,
    ],
    [
      "users and groups with the ID or name of root",
      '[[users]]\nname = "x"\nuid = 0\n[[groups]]\nname = "Y:"\n',
      `base.toml has 3 problems
  base.toml:3:1: users[0].uid: 0 must not be 0 (root)
  base.toml:4:3: groups[0].gid: is missing
  base.toml:5:1: groups[0].name: "Y:" is not the name of a user or group`,
    ],
    [
      "environment variables with malformed or reserved names",
      '[env]\n"A B" = "1"\nCNB_STACK_ID = "x"\n',
      `base.toml has 2 problems
  base.toml:2:1: env."A B": "A B" is not the name of an environment variable
  base.toml:3:1: env.CNB_STACK_ID: "CNB_STACK_ID" cannot be set here: cnb sets it from the user ids and the id of the images`,
    ],
    [
      "names with a special meaning in JavaScript",
      'env = { constructor = "x" }\n[run.labels]\n__proto__ = "y"\n',
      `base.toml has 2 problems
  base.toml:1:9: env.constructor: "constructor" is not allowed as a name
  base.toml:3:1: run.labels.__proto__: "__proto__" is not allowed as a name`,
    ],
    [
      "an unknown variant",
      'variant = "tiny"',
      hasOne('base.toml:1:1: variant: expected ("minimal" | "distroless" | "full"), got "tiny"'),
    ],
  ])("reports %s", ([, text, message]) => {
    expect(() => parseBaseToml(text, "base.toml")).toThrow(
      expect.objectContaining({ code: "BASE_CONFIG_INVALID", message }),
    );
  });
});
