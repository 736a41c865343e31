import { type Combination, layer, type Script, script, text } from "./combination.ts";

const one = (build: string, more: Script = {}) => script("test/one", { ...more, build });
const two = (build: string, more: Script = {}) => script("test/two", { ...more, build });
const launch = (toml: string) => text("launch.toml", toml);
const web = '[[processes]]\ntype = "web"\ncommand = ["web"]\n';

const processes: readonly Combination[] = [
  {
    name: "processes of two buildpacks, the later taking precedence",
    buildpacks: [
      one(
        launch(
          `${web}default = true\n[[processes]]\ntype = "worker"\ncommand = ["work", "hard"]\nargs = ["a b"]\nworking-dir = "sub"`,
        ),
      ),
      two(
        launch(
          '[[processes]]\ntype = "worker"\ncommand = ["other"]\n[[processes]]\ntype = "cli"\ncommand = ["cli"]\ndefault = true',
        ),
      ),
    ],
  },
  {
    name: "a default process that a later buildpack overrides",
    buildpacks: [one(launch(`${web}default = true`)), two(launch('[[processes]]\ntype = "web"\ncommand = ["other"]'))],
  },
  { name: "no process", buildpacks: [one("")] },
  { name: "a process web that is not marked as default", buildpacks: [one(launch(web))] },
  {
    name: "a single process of another type than web",
    buildpacks: [one(launch('[[processes]]\ntype = "task"\ncommand = ["t"]'))],
  },
  {
    name: "a default process selected by the user",
    buildpacks: [one(launch(`${web}default = true\n[[processes]]\ntype = "worker"\ncommand = ["work"]`))],
    steps: [{ defaultProcess: "worker" }, {}],
  },
  {
    name: "a default process that does not exist",
    buildpacks: [one(launch(web))],
    steps: [{ defaultProcess: "none" }],
  },
  {
    name: "commands of Buildpack API 0.8",
    buildpacks: [
      one(
        launch(
          '[[processes]]\ntype = "web"\ncommand = "echo $HOME"\nargs = ["a"]\ndirect = false\n[[processes]]\ntype = "direct"\ncommand = "program"\nargs = ["a", "b"]\ndirect = true\ndefault = true',
        ),
        { api: "0.8" },
      ),
    ],
  },
  {
    name: "processes of several Buildpack APIs in one group",
    buildpacks: [
      one(launch('[[processes]]\ntype = "old"\ncommand = "old one"\n'), { api: "0.8" }),
      two(launch('[[processes]]\ntype = "new"\ncommand = ["new", "one"]\nargs = ["over", "ride"]'), { api: "0.11" }),
    ],
  },
  {
    name: "processes for execution environments",
    platformApi: "0.15",
    buildpacks: [
      one(
        launch(
          '[[processes]]\ntype = "web"\ncommand = ["prod"]\nexec-env = ["production"]\n[[processes]]\ntype = "test"\ncommand = ["test"]\nexec-env = ["test"]\n[[processes]]\ntype = "any"\ncommand = ["any"]\nexec-env = ["*"]',
        ),
        { api: "0.12" },
      ),
    ],
    steps: [{ execEnv: "production" }, { execEnv: "test" }, {}],
  },
  {
    name: "labels of two buildpacks, the later taking precedence",
    buildpacks: [
      one(
        launch(
          '[[labels]]\nkey = "a"\nvalue = "1"\n[[labels]]\nkey = "b"\nvalue = "<x> & \\"y\\""\n[[labels]]\nkey = "empty"\nvalue = ""',
        ),
      ),
      two(launch('[[labels]]\nkey = "a"\nvalue = "2"')),
    ],
  },
  {
    name: "a label that the lifecycle sets",
    buildpacks: [
      one(
        launch(
          '[[labels]]\nkey = "io.buildpacks.lifecycle.metadata"\nvalue = "mine"\n[[labels]]\nkey = "io.buildpacks.rebasable"\nvalue = "false"',
        ),
      ),
    ],
  },
];

const manyFiles = {
  "app.txt": "app",
  "src/one.js": "1",
  "src/two.ts": "2",
  "src/deep/three.js": "3",
  "public/a.css": "a",
  "public/b.css": "b",
  "a-file": "a",
  ".hidden": "h",
  link: "-> src/one.js",
  "to-folder": "-> src",
  dangling: "-> nowhere",
  "empty/": "",
};

const slices: readonly Combination[] = [
  ["directories and files", '[[slices]]\npaths = ["public", "a-file"]'],
  [
    "patterns",
    '[[slices]]\npaths = ["*.txt", "src/*.js"]\n[[slices]]\npaths = ["src/**"]\n[[slices]]\npaths = ["[a-z]*"]',
  ],
  ["files that two slices match", '[[slices]]\npaths = ["src"]\n[[slices]]\npaths = ["src/one.js", "public/*"]'],
  ["all files by *", '[[slices]]\npaths = ["*"]'],
  ["all files by a dot", '[[slices]]\npaths = ["."]'],
  ["patterns that match no file", '[[slices]]\npaths = ["none", "also/none/*"]'],
  ["symbolic links", '[[slices]]\npaths = ["link", "to-folder", "dangling"]'],
  ["files behind a symbolic link", '[[slices]]\npaths = ["to-folder/*"]'],
  ["absolute paths", '[[slices]]\npaths = ["/workspace/src"]'],
  ["paths out of the app", '[[slices]]\npaths = ["../etc/passwd", "src/../../cnb"]'],
  ["hidden files", '[[slices]]\npaths = [".hidden", ".*"]'],
  ["an empty directory", '[[slices]]\npaths = ["empty"]'],
].map(([name = "", toml = ""]) => ({ name: `slices: ${name}`, app: manyFiles, buildpacks: [one(launch(toml))] }));

const apps: readonly Combination[] = [
  { name: "an empty app", app: {}, buildpacks: [one("")] },
  {
    name: "an app with every kind of file",
    app: {
      ...manyFiles,
      "with space/ünïcode-日本": "u",
      "run.sh": "#!/bin/sh\n",
      ".wh.file": "no whiteout",
      "new\nline": "n",
      'quote"': "q",
    },
    buildpacks: [one("")],
  },
  {
    name: "an app that a buildpack changes",
    app: manyFiles,
    buildpacks: [
      one(
        "cd /workspace; rm -rf src; echo made > made; mkdir -p out/deep; echo 1 > out/deep/f; chmod 755 made; mv a-file moved; ln -s made also; chmod 700 out",
      ),
    ],
  },
  {
    name: "an app with one changed file",
    app: manyFiles,
    buildpacks: [one(layer("a", "launch cache"))],
    steps: [{}, { app: { ...manyFiles, "src/one.js": "changed" } }, { app: manyFiles }],
  },
];

const environments: readonly Combination[] = [
  {
    name: "environment variables of the user",
    userEnv: {
      BP_X: "1",
      PATH: "/user/bin",
      HOME: "/nowhere",
      LD_LIBRARY_PATH: "/user/lib",
      CNB_STACK_ID: "mine",
      EMPTY: "",
      LINES: "a\nb",
    },
  },
  {
    name: "environment variables of the user with clear-env",
    userEnv: { BP_X: "1", PATH: "/user/bin" },
    toml: "clear-env = true",
  },
  {
    name: "environment variables of the operator",
    operatorEnv: {
      A: "plain",
      "B.override": "o",
      "C.default": "d",
      "D.append": "a",
      "D.delim": "-",
      "E.prepend": "p",
      "PATH.append": "/operator",
      "PATH.delim": ":",
      BP_X: "operator",
    },
    userEnv: { BP_X: "user", D: "user", E: "user", C: "user" },
  },
  {
    name: "environment variables of the operator with clear-env",
    operatorEnv: { BP_X: "operator", "D.append": "a" },
    userEnv: { BP_X: "user", D: "user" },
    toml: "clear-env = true",
  },
].map(({ name, toml = "", userEnv, ...more }) => ({
  name,
  ...more,
  steps: [{ userEnv }],
  buildpacks: [one(layer("a", "build"), { toml }), two("", { toml })],
}));

const suffixes = ["", ".append", ".prepend", ".override", ".default", ".other"];
const envFiles = (folder: string) =>
  `mkdir -p l/${folder}; ${suffixes.map((suffix) => `printf '${folder}${suffix}' > l/${folder}/V${suffix.slice(1).toUpperCase()}${suffix}`).join("; ")}; printf : > l/${folder}/VAPPEND.delim`;
const layerEnvironments: readonly Combination[] = ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"].map((api) => ({
  name: `environment variables of layers, Buildpack API ${api}`,
  buildpacks: [
    one(
      `mkdir -p l/bin l/lib l/include l/pkgconfig; ${["env", "env.build", "env.launch", "env.launch/web"].map(envFiles).join("; ")}
mkdir -p l/exec.d/web; printf '#!/bin/sh\\n' > l/exec.d/run; chmod 755 l/exec.d/run
printf '[types]\\nbuild = true\\nlaunch = true\\ncache = true\\n' > l.toml`,
      { api },
    ),
    two("", { api }),
  ],
  steps: [{}, { userEnv: { VAPPEND: "user", VDEFAULT: "user", PATH: "/mine" } }],
}));

const failures: readonly Combination[] = [
  { name: "a buildpack that fails", buildpacks: [one("exit 3")], steps: [{}] },
  {
    name: "a failed build between two successful ones",
    buildpacks: [one(`test "$BP_FAIL" = yes && exit 1; ${layer("a", "launch cache")}`)],
    steps: [{}, { userEnv: { BP_FAIL: "yes" } }, { userEnv: {} }],
  },
  { name: "a buildpack that is killed", buildpacks: [one("kill -9 $$")], steps: [{}] },
  { name: "a launch.toml that is not TOML", buildpacks: [one('echo "[[" > launch.toml')], steps: [{}] },
  { name: "a build.toml that is not TOML", buildpacks: [one('echo "[[" > build.toml')], steps: [{}] },
  { name: "a store.toml that is not TOML", buildpacks: [one('echo "[[" > store.toml')], steps: [{}] },
];

const platformApis: readonly Combination[] = ["0.12", "0.13", "0.14", "0.15"].map((platformApi) => ({
  name: `a build with Platform API ${platformApi}`,
  platformApi,
  buildpacks: [
    one(`${layer("a", "launch cache", { metadata: "n = 1" })}${launch(`${web}default = true`)}`),
    two(layer("b", "build cache")),
  ],
}));

const upgrade: Combination = {
  name: "a newer Platform API between two builds",
  buildpacks: [one(`${layer("a", "launch cache", { metadata: "n = 1" })}${launch(web)}`)],
  steps: [{ platformApi: "0.12" }, { platformApi: "0.15" }],
};

export const launchCases: readonly Combination[] = [
  ...processes,
  ...slices,
  ...apps,
  ...environments,
  ...layerEnvironments,
  ...failures,
  ...platformApis,
  upgrade,
];
