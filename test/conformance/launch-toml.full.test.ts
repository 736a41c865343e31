import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { labelsOf } from "@libcnb/packager/oci";
import { type Buildpack, type BuildResult, cachedLayer, defineBuildpack, pass, s, temporaryLayer } from "libcnb";
import { parseLaunchToml } from "libcnb/spec";
import { build, buildFailure } from "libcnb/testing";
import { afterAll, beforeAll, expect } from "vitest";
import { row } from "../support/conformance/rows.ts";
import { type Files, type LifecycleBinaries, lifecycleBinaries } from "../support/lifecycle/lifecycle-binaries.ts";
import { type Inputs, type OfficialImage, officialPlatform } from "../support/lifecycle/official-platform.ts";

let lifecycle: LifecycleBinaries;

beforeAll(async () => {
  lifecycle = await lifecycleBinaries();
});
afterAll(() => lifecycle?.remove());

const answering = (result: BuildResult): Buildpack => defineBuildpack({ detect: () => pass(), build: () => result });

/** A buildpack without the framework. */
const script = (lines: string): Files => ({ "bin/build": `#!/bin/sh\nset -e\n${lines}\n` });

const writing = (toml: string): Files => ({
  ...script('cp "$CNB_BUILDPACK_DIR/launch.toml" "$CNB_LAYERS_DIR"'),
  "launch.toml": toml,
});

/** The image of the official builder and exporter. */
async function imageOf(given: Inputs): Promise<OfficialImage> {
  const platform = await officialPlatform(lifecycle);
  const { exitCode, output, export: toImage } = await platform.build(given);
  if (exitCode !== 0) throw new Error(`the builder exited ${exitCode}: ${output}`);
  return toImage();
}

/** The exit code of the official builder with a launch.toml, and the line of its output that tells why. */
async function read(toml: string): Promise<readonly [exitCode: number, error?: string]> {
  const { exitCode, output } = await (await officialPlatform(lifecycle)).build({ buildpacks: { one: writing(toml) } });
  const error = output.split("\n").find((line) => line.startsWith("ERROR: "));
  return error === undefined ? [exitCode] : [exitCode, error];
}

/** The error about a result, which the framework reports before it writes anything. */
async function refused(result: unknown): Promise<string> {
  const { error, exitCode, layers } = await buildFailure(answering(result as BuildResult));
  expect([exitCode, layers]).toEqual([1, {}]);
  expect(error).toMatchObject({ code: "BUILD_RESULT_INVALID" });
  return (error as Error).message;
}

interface BuildMetadata {
  readonly processes: readonly Readonly<Record<string, unknown>>[];
  readonly "buildpack-default-process-type"?: string;
}

const processesOf = (image: OfficialImage) => image.label("io.buildpacks.build.metadata") as BuildMetadata;

row(
  53,
  "Labels are set on the image; if two buildpacks set the same label, the later one takes precedence",
  ["lifecycle"],
  async () => {
    const one = answering({ labels: { "com.example.title": "one", "com.example.only": 'é "x"\n=' } });
    const two = answering({ labels: { "com.example.title": "two", "com.example.empty": "" } });
    const { image } = await imageOf({ buildpacks: { one, two } });
    const own = Object.entries(labelsOf(image)).filter(([name]) => name.startsWith("com.example."));
    expect(Object.fromEntries(own)).toEqual({
      "com.example.title": "two",
      "com.example.only": 'é "x"\n=',
      "com.example.empty": "",
    });
    expect([await refused({ labels: { "a b": "x" } }), await refused({ labels: { a: 1 } })]).toEqual([
      'the label "a b" has a key that is empty or contains white space, a control character or =',
      'the label "a" has a value that is not a string',
    ]);
  },
);

row(
  54,
  "A process has a unique type within its buildpack, which consists of letters, digits, dots, dashes and underscores",
  ["lifecycle"],
  async () => {
    const types = ["web", "Web", "web-1", "web_1", "web.1", "1", "a".repeat(60)];
    const processes = Object.fromEntries(types.map((type) => [type, { command: ["/usr/bin/printf", type] as const }]));
    const image = await imageOf({ buildpacks: { one: answering({ processes }) } });
    const started = await Promise.all(types.map((type) => image.launch(type)));
    expect(started).toEqual(types.map((output) => ({ exitCode: 0, output })));
    for (const type of ["a/b", "a b", "", "é", "a>b", "a:b", "a|b", "a&b", "a<b"])
      expect([type, await refused({ processes: { [type]: { command: ["x"] } } })]).toEqual([
        type,
        `${JSON.stringify(type)} is not a process type: only letters, digits, ., - and _ are allowed`,
      ]);
    const exported = async (type: string) => {
      const one = writing(`[[processes]]\ntype = "${type}"\ncommand = ["x"]\n`);
      return [type, (await imageOf({ buildpacks: { one } })).exitCode];
    };
    const bad = ["a/b", "a>b", "a:b", "a|b", "a&b", "a<b"];
    expect(await Promise.all(bad.map(exported))).toEqual(bad.map((type) => [type, 62]));
  },
);

const arguments_ = ["/bin/sh", "-c", 'for each; do printf "[%s]" "$each"; done', "sh"] as const;

row(
  55,
  "A command is a non-empty list, whose first element is a path or is found in PATH and whose other elements are always passed",
  ["lifecycle", "types"],
  async () => {
    const one = defineBuildpack({
      detect: () => pass(),
      async build({ layers }) {
        const create = async ({ path }: { readonly path: string }) => {
          await mkdir(join(path, "bin"));
          await writeFile(join(path, "bin/tool"), '#!/bin/sh\nprintf "tool %s" "$*"\n', { mode: 0o755 });
        };
        const { path } = await layers.provide(temporaryLayer("x", { build: false, launch: true }), { create });
        return {
          processes: {
            path: { command: [join(path, "bin/tool"), "a"] },
            found: { command: ["tool", "a", "b c"] },
            relative: { command: ["./run"] },
            exact: { command: [...arguments_, "", " ", "$HOME", "*", "a\nb", "--"] },
          },
        };
      },
    });
    const image = await imageOf({ buildpacks: { one }, app: { run: "#!/bin/sh\nprintf run\n" } });
    const outputs = await Promise.all(["path", "found", "relative", "exact"].map((type) => image.launch(type)));
    expect(outputs.map(({ output }) => output)).toEqual(["tool a", "tool a b c", "run", "[][ ][$HOME][*][a\nb][--]"]);
    expect(await read(`[[processes]]\ntype = "a"\ncommand = "x"\n`)).toEqual([
      52,
      'ERROR: failed to build: toml: line 3 (last key "processes.command"): incompatible types: TOML value has type string; destination has type slice',
    ]);
    const none = await imageOf({ buildpacks: { one: writing(`[[processes]]\ntype = "a"\ncommand = []\n`) } });
    expect((await none.launch("a")).exitCode).not.toBe(0);
    // @ts-expect-error a command has an executable
    answering({ processes: { web: { command: [] } } });
    // @ts-expect-error a command is a list
    answering({ processes: { web: { command: "x" } } });
    for (const [command, problem] of [
      [[], "no command"],
      [[""], "no command"],
      ["x", "a command that is not a list"],
      [[1], "a command that contains something other than strings"],
    ])
      expect([command, await refused({ processes: { web: { command } } })]).toEqual([
        command,
        `the process "web" has ${problem}`,
      ]);
    expect(await refused({ processes: { web: { command: ["a\0"] } } })).toBe(
      'the process "web" has a command that contains a NUL character',
    );
  },
);

row(
  56,
  "The arguments of a process are defaults: the user's arguments replace all of them",
  ["lifecycle"],
  async () => {
    const web = { command: [...arguments_, "always"] as const };
    const processes = { web: { ...web, args: ["default", "a b"] }, none: web };
    const image = await imageOf({ buildpacks: { one: answering({ processes }) } });
    const outputs = async (type: string) =>
      Promise.all([[], ["mine"], ["mine", "two"]].map(async (args) => (await image.launch(type, args)).output));
    expect([await outputs("web"), await outputs("none")]).toEqual([
      ["[always][default][a b]", "[always][mine]", "[always][mine][two]"],
      ["[always]", "[always][mine]", "[always][mine][two]"],
    ]);
  },
);

row(57, "The key direct, which fails a build since API 0.9, is never written", ["lifecycle"], async () => {
  for (const direct of [true, false])
    expect(await read(`[[processes]]\ntype = "a"\ncommand = ["x"]\ndirect = ${direct}\n`)).toEqual([
      52,
      "ERROR: failed to build: process.direct is not supported on this buildpack version",
    ]);
  const processes = {
    web: { command: ["x"] as const, args: ["a"], default: true, workingDir: "sub", execEnv: ["test"] },
    worker: { command: ["x"] as const },
  };
  const written = `[[processes]]
type = "web"
command = [ "x" ]
args = [ "a" ]
default = true
working-dir = "sub"
exec-env = [ "test" ]

[[processes]]
type = "worker"
command = [ "x" ]
`;
  const platform = await officialPlatform(lifecycle);
  const { exitCode, outcomes } = await platform.build({ buildpacks: { one: answering({ processes }) } });
  expect([exitCode, outcomes.one?.layers]).toEqual([0, { "launch.toml": written }]);
});

row(
  58,
  "At most one process of a buildpack is the default; the last default takes precedence, unless a later buildpack has a process of the same type that is not the default",
  ["lifecycle"],
  async () => {
    const process = (isDefault: boolean) => ({ command: ["x"] as const, default: isDefault });
    const defaults = await Promise.all(
      [
        [{}],
        [{ web: true }],
        [{ web: true, worker: false }],
        [{ web: true }, { worker: true }],
        [{ web: true }, { worker: false }],
        [{ web: true }, { web: false }],
        [{ web: true }, { web: false, worker: true }],
      ].map(async (all) => {
        const buildpacks = all.map((given, index) => {
          const processes = Object.entries(given).map(([type, isDefault]) => [type, process(isDefault)]);
          return [`b${index}`, answering({ processes: Object.fromEntries(processes) })];
        });
        const image = await imageOf({ buildpacks: Object.fromEntries(buildpacks) });
        return [processesOf(image)["buildpack-default-process-type"], image.image.config.config?.Entrypoint];
      }),
    );
    const [none, web, worker] = [
      [undefined, ["/cnb/lifecycle/launcher"]],
      ["web", ["/cnb/process/web"]],
      ["worker", ["/cnb/process/worker"]],
    ];
    expect(defaults).toEqual([none, web, web, worker, web, none, worker]);
    const two = ["web", "worker"].map((type) => `[[processes]]\ntype = "${type}"\ncommand = ["x"]\ndefault = true\n`);
    expect(await read(two.join(""))).toEqual([
      52,
      "ERROR: failed to build: multiple default process types aren't allowed",
    ]);
    const processes = { web: process(true), worker: process(true) };
    expect(await refused({ processes })).toBe("several processes are marked as default: web, worker");
  },
);

row(59, "A process starts in its working directory, by default the app's directory", ["lifecycle"], async () => {
  const pwd = { command: ["/bin/sh", "-c", "pwd; exec tool"] as const };
  const processes = { web: pwd, below: { ...pwd, workingDir: "sub" }, absolute: { ...pwd, workingDir: "/usr" } };
  const one = defineBuildpack({
    detect: () => pass(),
    async build({ layers }) {
      // found in PATH wherever the process starts
      const create = async ({ path }: { readonly path: string }) => {
        await mkdir(join(path, "bin"));
        await writeFile(join(path, "bin/tool"), "#!/bin/sh\necho tool\n", { mode: 0o755 });
      };
      await layers.provide(temporaryLayer("x", { launch: true }), { create });
      return { processes };
    },
  });
  const image = await imageOf({ buildpacks: { one }, app: { "sub/file": "" } });
  const app = image.image.config.config?.WorkingDir;
  const outputs = await Promise.all(Object.keys(processes).map((type) => image.launch(type)));
  expect(outputs).toEqual([`${app}`, `${app}/sub`, "/usr"].map((dir) => ({ exitCode: 0, output: `${dir}\ntool\n` })));
});

row(
  60,
  "A process starts only in the execution environments that it lists; without a list or with *, it starts in all; the container determines the environment",
  ["lifecycle"],
  async () => {
    const process = (...execEnv: string[]) => ({ command: ["/usr/bin/printf", "started"] as const, execEnv });
    const processes = {
      all: process(),
      any: process("*"),
      test: process("test", "ci-1.0"),
      production: process("production"),
    };
    const image = await imageOf({ buildpacks: { one: answering({ processes }) } });
    const startable = async (env: Readonly<Record<string, string>>) => {
      const ended = Object.keys(processes).map(async (type) => [type, await image.launch(type, [], env)] as const);
      return (await Promise.all(ended)).flatMap(([type, { exitCode, output }]) =>
        exitCode === 0 && output === "started" ? [type] : [],
      );
    };
    const environments = [undefined, "production", "test", "ci-1.0", "other"];
    const found = environments.map((name) => startable(name === undefined ? {} : { CNB_EXEC_ENV: name }));
    expect(await Promise.all(found)).toEqual([
      ["all", "any", "production"],
      ["all", "any", "production"],
      ["all", "any", "test"],
      ["all", "any", "test"],
      ["all", "any"],
    ]);
  },
);

/** The application's files in each slice of the image; what is in none is last. */
async function slicesOf(given: Inputs): Promise<readonly (readonly string[])[]> {
  const files = Object.entries(await (await imageOf(given)).contents());
  const slices = files.filter(([by]) => by.startsWith("Application Slice"));
  return slices.map(([, paths]) => paths.map((path) => path.replace("/app/", "")));
}

row(
  61,
  "Each slice is a layer with the app's files that its patterns match first: * does not match /, and a directory includes its contents",
  ["lifecycle"],
  async () => {
    const app = {
      "a.js": "",
      "b.ts": "",
      "public/x.css": "",
      "public/deep/y.css": "",
      "src/one.js": "",
      "src/two.ts": "",
      "src/deep/three.ts": "",
      ".env": "",
      rest: "",
    };
    const slices = [["public"], [], ["*.js", "src/?ne.*"], ["src/*", "public/*", "[^a-q]*"]];
    expect(await slicesOf({ buildpacks: { one: answering({ slices }) }, app })).toEqual([
      ["public/deep/y.css", "public/x.css"],
      [],
      ["a.js", "src/one.js"],
      [".env", "rest", "src/deep/three.ts", "src/two.ts"],
      ["b.ts"],
    ]);
    // a second buildpack's slices come behind; an absolute pattern matches nothing, ** is *
    const raw = script(
      `printf '[[slices]]\\npaths = ["%s/b.ts", "**/*.ts"]\\n' "$PWD" > "$CNB_LAYERS_DIR/launch.toml"`,
    );
    expect(await slicesOf({ buildpacks: { one: answering({ slices: [["src/two.*"]] }), raw }, app })).toEqual([
      ["src/two.ts"],
      [],
      Object.keys(app)
        .filter((path) => path !== "src/two.ts")
        .toSorted(),
    ]);
    for (const [pattern, message] of [
      ["/app/a.js", "is an absolute path"],
      ["../a", "leads out of the application directory"],
      ["**/one.js", "contains **, which the lifecycle treats as *"],
      ["[", "is not a valid glob pattern"],
      ["a\\", "is not a valid glob pattern"],
    ] as const)
      expect(await refused({ slices: [[pattern]] })).toBe(`the slice ${JSON.stringify(pattern)} ${message}`);
  },
);

row(
  62,
  "The lifecycle and the framework ignore unknown keys in launch.toml, build.toml and metadata files",
  ["lifecycle", "test kit"],
  async () => {
    const launch = `later = 1\n[[processes]]\ntype = "web"\ncommand = ["/usr/bin/printf", "web"]\nfuture = { a = 1 }\n[[other]]\nx = 1\n`;
    const one: Files = {
      ...writing(launch),
      "unmet.toml": "later = 1\n[[other]]\nx = 1\n",
      "x.toml": '[types]\nlaunch = true\ncache = true\nfuture = true\n[other]\nx = 1\n[metadata]\nversion = "1"\n',
      ...script(
        'cd "$CNB_LAYERS_DIR"; cp "$CNB_BUILDPACK_DIR"/[lx]*.toml .; cp "$CNB_BUILDPACK_DIR/unmet.toml" build.toml; mkdir x',
      ),
    };
    const image = await imageOf({ buildpacks: { one } });
    expect([await image.launch("web"), image.buildpacks.one?.layers]).toEqual([
      { exitCode: 0, output: "web" },
      { x: { sha: expect.any(String), data: { version: "1" }, build: false, launch: true, cache: true } },
    ]);
    expect(parseLaunchToml(launch, "launch.toml").processes).toMatchObject([
      { type: "web", command: ["/usr/bin/printf", "web"] },
    ]);
    const layer = cachedLayer("x", { metadata: s.table({ version: s.string }) });
    const two = defineBuildpack({
      detect: () => pass(),
      build: async ({ layers, log }) =>
        log.info((await layers.provide(layer, { metadata: { version: "1" }, create() {} })).state),
    });
    const restored = { "x.toml": 'later = 1\n[other]\nx = 1\n[metadata]\nversion = "1"\n', "x/file": "" };
    expect((await build(two, { layers: restored })).log).toEqual(["restored"]);
  },
);
