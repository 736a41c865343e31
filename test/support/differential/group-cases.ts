import { type Combination, composite, layer, orderOf, type Script, script } from "./combination.ts";

const plan = (text: string) => `cat > "$plan" <<'PLAN'\n${text}\nPLAN\n`;
const provides = (...names: readonly string[]) => names.map((name) => `[[provides]]\nname = "${name}"\n`).join("");
const requires = (name: string, metadata = "") =>
  `[[requires]]\nname = "${name}"\n${metadata === "" ? "" : `[requires.metadata]\n${metadata}\n`}`;
const bp = (name: string, detect = "", build = layer(name, "launch"), more: Script = {}) =>
  script(`test/${name}`, { detect, build, ...more });

const unmet = (name: string) => `printf '[[unmet]]\\nname = "${name}"\\n' > build.toml`;

const groups: readonly Combination[] = [
  {
    name: "the first group whose buildpacks pass detect",
    buildpacks: [bp("a", "exit 100"), bp("b"), bp("c")],
    order: orderOf([["test/a", "test/b"], ["test/b", "test/a?"], ["test/c"]]),
  },
  {
    name: "optional buildpacks, some of which pass detect",
    buildpacks: [bp("a", "test -f a || exit 100"), bp("b", "test -f b || exit 100"), bp("c")],
    order: orderOf([["test/a?", "test/b?", "test/c"]]),
    steps: [{ app: { a: "" } }, { app: { b: "" } }, { app: { a: "", b: "" } }, { app: {} }],
  },
  {
    name: "nested composite buildpacks",
    buildpacks: [
      bp("a", "exit 100"),
      bp("b"),
      bp("c"),
      bp("d"),
      composite("test/inner", [["test/a"], ["test/b", "test/a?"]]),
      composite("test/outer", [
        ["test/a", "test/inner"],
        ["test/inner", "test/c"],
      ]),
    ],
    order: orderOf([["test/outer", "test/d"]]),
  },
  {
    name: "an optional composite buildpack that does not pass detect",
    buildpacks: [bp("a", "exit 100"), bp("b"), composite("test/all", [["test/a"], ["test/a", "test/b"]])],
    order: orderOf([["test/all?", "test/b"]]),
  },
  {
    name: "two versions of one buildpack",
    buildpacks: [bp("a", "exit 100"), script("test/a", { version: "2.0.0", build: layer("two", "launch") }), bp("b")],
    order: orderOf([
      ["test/a@1.0.0", "test/b"],
      ["test/a@2.0.0", "test/b"],
    ]),
  },
  {
    name: "no buildpack that passes detect",
    buildpacks: [bp("a", "echo not mine; exit 100")],
    steps: [{}],
  },
  {
    name: "a detect that ends with an error, and no group passes",
    buildpacks: [bp("a", "echo broken >&2; exit 7"), bp("b", "exit 100")],
    order: orderOf([["test/a"], ["test/b"]]),
    steps: [{}],
  },
  {
    name: "a detect that ends with an error, and another group passes",
    buildpacks: [bp("a", "exit 1"), bp("b")],
    order: orderOf([["test/a"], ["test/b"]]),
  },
  {
    name: "an optional buildpack whose detect ends with an error",
    buildpacks: [bp("a", "exit 1"), bp("b")],
    order: orderOf([["test/a?", "test/b"]]),
  },
  {
    name: "a build plan that is not TOML",
    buildpacks: [bp("a", 'echo "[[" > "$plan"')],
    steps: [{}],
  },
  {
    name: "a detect executable for another operating system",
    buildpacks: [
      bp("a", "", "", { toml: '[[targets]]\nos = "linux"\narch = "riscv64"' }),
      bp("b", "", layer("b", "launch"), {
        toml: '[[targets]]\nos = "linux"\narch = "amd64"\n[[targets]]\nos = "linux"\narch = "arm64"',
      }),
    ],
    order: orderOf([["test/a"], ["test/b"]]),
  },
  {
    name: "a group that changes with the app",
    buildpacks: [bp("a", "test -f a || exit 100", layer("a", "launch cache")), bp("b", "", layer("b", "launch cache"))],
    order: orderOf([["test/a", "test/b"], ["test/b"]]),
    steps: [{ app: { a: "" } }, { app: {} }, { app: { a: "" } }],
  },
  {
    name: "a group whose order changes",
    buildpacks: [bp("a"), bp("b")],
    steps: [{ order: orderOf([["test/a", "test/b"]]) }, { order: orderOf([["test/b", "test/a"]]) }],
  },
  {
    name: "system buildpacks before and after the group",
    platformApi: "0.15",
    buildpacks: [bp("a"), bp("pre"), bp("post")],
    order: orderOf([["test/a"]]),
    system:
      '[system.pre]\n[[system.pre.buildpacks]]\nid = "test/pre"\nversion = "1.0.0"\n[system.post]\n[[system.post.buildpacks]]\nid = "test/post"\nversion = "1.0.0"\n',
  },
  {
    name: "system buildpacks that do not pass detect",
    platformApi: "0.15",
    buildpacks: [bp("a"), bp("pre", "exit 100")],
    order: orderOf([["test/a"]]),
    system: '[system.pre]\n[[system.pre.buildpacks]]\nid = "test/pre"\nversion = "1.0.0"\n',
    steps: [{}],
  },
  {
    name: "system buildpacks before Platform API 0.15",
    platformApi: "0.14",
    buildpacks: [bp("a"), bp("pre")],
    order: orderOf([["test/a"]]),
    system: '[system.pre]\n[[system.pre.buildpacks]]\nid = "test/pre"\nversion = "1.0.0"\n',
  },
  ...["production", "test", "development"].map(
    (execEnv): Combination => ({
      name: `buildpacks for execution environments, in ${execEnv}`,
      platformApi: "0.15",
      buildpacks: [
        bp("a", "", layer("a", "launch"), { api: "0.12", toml: 'exec-env = ["test"]' }),
        bp("b", "", layer("b", "launch"), { api: "0.12", toml: 'exec-env = ["production", "development"]' }),
        bp("c", "", layer("c", "launch"), { api: "0.12", toml: 'exec-env = ["*"]' }),
        bp("d", "", layer("d", "launch"), { api: "0.12" }),
        bp("e", "", layer("e", "launch")),
      ],
      order: orderOf([["test/a?", "test/b?", "test/c", "test/d", "test/e"]]),
      steps: [{ execEnv }],
    }),
  ),
];

const plans: readonly Combination[] = [
  {
    name: "a dependency that is provided and required",
    buildpacks: [
      bp("a", plan(provides("x"))),
      bp("b", plan(requires("x", 'version = "1"\nnested = { a = [1, "b"], c = 1.5 }'))),
    ],
  },
  {
    name: "a dependency required by its provider and by another buildpack",
    buildpacks: [
      bp("a", plan(provides("x") + requires("x", 'version = "1"'))),
      bp("b", plan(requires("x", 'version = "2"') + requires("x"))),
    ],
  },
  {
    name: "build plans with alternatives",
    buildpacks: [
      bp(
        "a",
        plan(
          `${provides("x")}${requires("nobody")}[[or]]\n[[or.provides]]\nname = "x"\n[[or.requires]]\nname = "y"\n[[or]]\n[[or.provides]]\nname = "z"`,
        ),
      ),
      bp("b", plan(`${provides("y")}[[or]]\n[[or.requires]]\nname = "x"\n[[or.provides]]\nname = "y"`)),
    ],
  },
  {
    name: "an unmet requirement, left to the next provider",
    buildpacks: [
      bp("a", plan(provides("x", "y")), unmet("x")),
      bp("b", plan(provides("x"))),
      bp("c", plan(requires("x", "n = 1") + requires("y"))),
    ],
  },
  { name: "a required dependency that no buildpack provides", buildpacks: [bp("a", plan(requires("x")))], steps: [{}] },
  { name: "a provided dependency that no buildpack requires", buildpacks: [bp("a", plan(provides("x")))], steps: [{}] },
  {
    name: "a dependency that only a later buildpack provides",
    buildpacks: [bp("a", plan(requires("x"))), bp("b", plan(provides("x")))],
    steps: [{}],
  },
  {
    name: "optional buildpacks that plan resolution removes",
    buildpacks: [bp("a", plan(provides("x"))), bp("b", plan(requires("y"))), bp("c")],
    order: orderOf([["test/a?", "test/b?", "test/c"]]),
  },
  {
    name: "an unmet entry that no buildpack requires",
    buildpacks: [bp("a", plan(provides("x") + requires("x")), unmet("other"))],
    steps: [{}],
  },
];

/** Puts what it sees into the build plan, where its own build notes it. */
const looking = `{
printf '[[provides]]\\nname = "seen"\\n[[requires]]\\nname = "seen"\\n[requires.metadata]\\n'
echo "seen = '''"; env | grep -v -e '^CNB_BUILD_PLAN_PATH=' -e '^SHLVL=' | sort; find . | sort
echo "$(id) $(umask) $(pwd) $# $1"; ls -A "\${CNB_PLATFORM_DIR:-$1}/env"; echo "'''"
} > "$plan"`;

const userEnv = { BP_X: "user", PATH: "/user", HOME: "/nowhere", CNB_TARGET_OS: "mine", LINES: "a\nb", EMPTY: "" };

const seen: readonly Combination[] = [
  ...["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"].flatMap((api) =>
    ["", "clear-env = true"].map(
      (toml): Combination => ({
        name: `environment of detect with Buildpack API ${api}${toml === "" ? "" : ` and ${toml}`}`,
        buildpacks: ["a", "b"].map((name) => bp(name, looking, layer("l", "build launch"), { api, toml })),
        operatorEnv: {
          OPERATOR: "o",
          "BP_X.append": "+o",
          "BP_Y.default": "o",
          "PATH.prepend": "/o",
          "PATH.delim": ":",
        },
        app: { "a/file": "", link: "-> a/file" },
        steps: [{ userEnv }, {}],
      }),
    ),
  ),
  ...["0.12", "0.13", "0.14", "0.15"].map(
    (platformApi): Combination => ({
      name: `environment of detect with Platform API ${platformApi}`,
      platformApi,
      buildpacks: [bp("a", looking, "", { api: "0.12", toml: '[[targets]]\nos = "linux"' })],
      steps: [{ userEnv }, { execEnv: "test" }],
    }),
  ),
];

export const groupCases: readonly Combination[] = [...groups, ...plans, ...seen];
