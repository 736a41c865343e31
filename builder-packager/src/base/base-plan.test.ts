import { describe, expect, test } from "vitest";
import { type BaseFlags, type BasePlan, planBase } from "./base-plan.ts";
import { parseBaseToml } from "./base-toml.ts";

const flags: BaseFlags = { component: [], package: [], buildPackage: [], runPackage: [], without: [], mirror: [] };

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

const planned: BasePlan = {
  suite: "bookworm",
  components: ["main"],
  architecture: "amd64",
  mirrors: [],
  keyringFile: undefined,
  certificates: [],
  packages: ["libc6"],
  without: ["dpkg"],
  build: { packages: ["bash"], user: { name: "app", uid: 2001, gid: 2000, home: "/home/app" } },
  run: { packages: ["tzdata"], user: { name: "app", uid: 2002, gid: 2000, home: "/home/app" } },
  id: "com.example.base",
  description: undefined,
  maintainer: undefined,
  homepage: undefined,
  labels: { team: "x" },
};

describe("the plan of base images", () => {
  test("is what the file says", () => {
    expect(planBase(flags, config, [], "x64")).toEqual(planned);
  });

  test("is what the flags say, which extend lists and override the rest", () => {
    const given = {
      suite: "trixie",
      component: ["contrib"],
      package: ["dash"],
      buildPackage: ["git"],
      runPackage: ["tini"],
      without: ["perl"],
      arch: "arm64",
      mirror: ["http://m.example"],
      keyring: "k.gpg",
      id: "i",
      buildUid: "7",
      runUid: "8",
      gid: "9",
    };
    const user = { name: "app", gid: 9, home: "/home/app" };
    expect(planBase(given, config, ["PEM"], "x64")).toEqual({
      ...planned,
      suite: "trixie",
      components: ["contrib"],
      architecture: "arm64",
      mirrors: ["http://m.example"],
      keyringFile: "k.gpg",
      certificates: ["PEM"],
      packages: ["libc6", "dash"],
      without: ["dpkg", "perl"],
      build: { packages: ["bash", "git"], user: { ...user, uid: 7 } },
      run: { packages: ["tzdata", "tini"], user: { ...user, uid: 8 } },
      id: "i",
    });
  });

  test("has defaults: two users that share a group", () => {
    const { build, run, id } = planBase(
      { ...flags, suite: "trixie", package: ["libc6"] },
      parseBaseToml("", "base.toml"),
      [],
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
    ["a suite is no name", { suite: "../x" }, '"../x" is not the name of a suite'],
    ["no package is named", { package: [] }, "base images need at least one package"],
    ["a package is no name", { package: ["libc6; rm"] }, '"libc6; rm" is not the name of a Debian package'],
    ["a user is root", { runUid: "0" }, "--run-uid 0 is not the number of an ordinary user or group"],
    ["a user is a name", { buildUid: "cnb" }, "--build-uid cnb is not the number of an ordinary user or group"],
    ["the architecture is unknown", { arch: "riscv64" }, "the architecture riscv64 is not supported"],
  ])("is refused when %s", ([, more, message]) => {
    const given = { ...flags, suite: "bookworm", package: ["libc6"], ...more };
    expect(() => planBase(given, parseBaseToml("", "base.toml"), [], "x64")).toThrow(
      expect.objectContaining({ code: "ARGUMENT_INVALID", message }),
    );
  });
});

describe("base.toml", () => {
  test.for<[string, string | Uint8Array, string]>([
    [
      "all mistakes at once",
      'suit = "x"\nsuite = ""\npackages = "libc6"\n[build]\nuid = 0\npackages = ["A"]\n[labels]\na = 1\n',
      'base.toml is not valid:\n  suite: "" must not be empty\n  packages: expected Array, got "libc6"\n  build.packages.0: "A" is not the name of a Debian package\n  build.uid: 0 must not be root\'s\n  labels.a: expected string, got 1\n  suit: is not a key of base.toml',
    ],
    ["what is no TOML", "packages = [", "base.toml:1:12 is not valid TOML: unfinished array"],
    [
      "what is not UTF-8",
      Buffer.from('suite = "\xff"', "latin1"),
      "base.toml:1:10 is not valid TOML: its bytes are not UTF-8",
    ],
    [
      "the first of very many mistakes",
      `packages = [${'"A",'.repeat(1000)}]`,
      `base.toml is not valid:\n${Array.from({ length: 20 }, (_, index) => `  packages.${index}: "A" is not the name of a Debian package\n`).join("")}  … and 980 more`,
    ],
  ])("reports %s", ([, text, message]) => {
    expect(() => parseBaseToml(text, "base.toml")).toThrow(
      expect.objectContaining({ code: "BASE_CONFIG_INVALID", message }),
    );
  });
});
