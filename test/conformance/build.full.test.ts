import * as libcnb from "libcnb";
import { parseToml } from "libcnb/spec";
import { afterAll, beforeAll, expect } from "vitest";
import { expectEach } from "../support/conformance/case-table.ts";
import type { Written } from "../support/conformance/framework-executable.ts";
import { row } from "../support/conformance/rows.ts";
import {
  type BuilderRun,
  type LifecycleRun,
  type LifecycleRunner,
  lifecycleRunner,
  type RunMember,
} from "../support/lifecycle/lifecycle-run.ts";
import { builds } from "../support/passing-member.ts";

let lifecycle: LifecycleRunner;

beforeAll(async () => {
  lifecycle = await lifecycleRunner();
});
afterAll(() => lifecycle?.remove());

/** The same, of which the lifecycle calls a script for build: `$BUILD` is the executable by its name. */
const calledBy = (script: string, written: Written, plan = ""): RunMember =>
  builds(written, plan, {
    "bin/build": `#!/bin/sh\nBUILD="\${0%/*}/named/build"\n${script}\n`,
    "bin/named/build": "-> ../main.mjs",
  });

/** A buildpack without the framework, which always passes. */
const scripted = (script: string): RunMember => ({ files: { "bin/build": `#!/bin/sh\n${script}\n` } });

/** The processes that the builder took of launch.toml. */
function processesOf({ layers }: BuilderRun): readonly string[] {
  const metadata = parseToml(String(layers["config/metadata.toml"] ?? ""), "metadata.toml");
  return ((metadata.processes ?? []) as readonly { type: string }[]).map(({ type }) => type);
}

row(
  17,
  "Build runs in the app's directory and can modify it; environment variables contain all inputs, and the deprecated arguments are used only if the environment variables are not set",
  ["lifecycle"],
  async () => {
    const plan = `[[provides]]\nname = "x"\n[[requires]]\nname = "x"\nmetadata = { n = 1 }\n`;
    const written: Written = ({ defineBuildpack, pass, temporaryLayer }, report) =>
      defineBuildpack({
        detect: () => pass(),
        async build({ app, buildpack, execEnv, layers, plan, platform, target }) {
          const { path } = await layers.provide(temporaryLayer("tool", { build: true }), { create() {} });
          process.getBuiltinModule("node:fs").writeFileSync(app.path("built"), "by the buildpack");
          const dirs = { cwd: process.cwd(), buildpack: buildpack.dir, platform: platform.dir, layer: path };
          report({ ...dirs, plan: plan.entries, target, execEnv });
        },
      });
    const analyzed = `[run-image]\nreference = "run"\n[run-image.target]\nos = "linux"\narch = "arm64"\narch-variant = "v8"\n[run-image.target.distro]\nname = "ubuntu"\nversion = "24.04"\n`;
    const inputs = {
      cwd: "<root>/app",
      buildpack: "<root>/buildpacks/test_x/1.0.0",
      platform: "<root>/platform",
      layer: "<root>/layers/test_x/tool",
      plan: [{ name: "x", metadata: { n: 1 } }],
      target: { os: "linux", arch: "arm64", variant: "v8", distro: { name: "ubuntu", version: "24.04" } },
      execEnv: "test",
    };
    const built = { exitCode: 0, reported: [inputs], app: { built: "by the buildpack" } };
    const names = "CNB_LAYERS_DIR CNB_PLATFORM_DIR CNB_BP_PLAN_PATH";
    const same = ["$CNB_LAYERS_DIR", "$CNB_PLATFORM_DIR", "$CNB_BP_PLAN_PATH"].map(
      (value, index) => `[ "$${index + 1}" = "${value}" ]`,
    );
    await expectEach<RunMember, unknown>(
      {
        "build runs if bin/build is a link": [builds(written, plan), built],
        "build runs if bin/build is a link to bin/generate": [
          builds(written, plan, { "bin/generate": "-> main.mjs", "bin/build": "-> generate" }),
          built,
        ],
        "environment variables are used without arguments": [calledBy(`exec "$BUILD"`, written, plan), built],
        "environment variables take precedence over arguments with other values": [
          calledBy(`exec "$BUILD" /nowhere /nowhere /nowhere/plan.toml`, written, plan),
          built,
        ],
        "the arguments are used if the environment variables are not set": [
          calledBy(`unset ${names}\nexec "$BUILD" "$@"`, written, plan),
          built,
        ],
        "build fails if neither environment variables nor arguments are set": [
          calledBy(`unset ${names}\nexec "$BUILD"`, written, plan),
          { exitCode: 51, reported: undefined, app: {} },
        ],
        "the lifecycle passes the same values as arguments": [
          scripted(`${same.join(" && ")} && echo "$# same" > $TOLD`),
          { exitCode: 0, reported: ["3 same"], app: {} },
        ],
      },
      async (member) => {
        const env = { CNB_EXEC_ENV: "test" };
        const { exitCode, reported, app } = await lifecycle.build({ buildpacks: { "test/x": member }, analyzed, env });
        return { exitCode, reported: reported.test_x, app };
      },
    );
  },
);

row(
  18,
  "Build exits with 0 on success; anything else fails the whole build, and no later buildpack runs",
  ["lifecycle"],
  async () => {
    const members: Readonly<Record<string, RunMember>> = {
      nothing: { written: ({ defineBuildpack, pass }) => defineBuildpack({ detect: () => pass(), build() {} }) },
      throws: {
        written: ({ defineBuildpack, pass, UserError }) =>
          defineBuildpack({
            detect: () => pass(),
            build() {
              throw new UserError("NO_START", "package.json has no start script");
            },
          }),
      },
      rejects: {
        written: ({ defineBuildpack, pass }) =>
          defineBuildpack({ detect: () => pass(), build: () => Promise.reject(new TypeError("x is undefined")) }),
      },
      loses: {
        written: ({ defineBuildpack, pass }) =>
          defineBuildpack({
            detect: () => pass(),
            build() {
              void Promise.reject(new Error("nobody waits for this"));
              return new Promise(() => {});
            },
          }),
      },
      "never ends": {
        written: ({ defineBuildpack, pass }) =>
          defineBuildpack({ detect: () => pass(), build: () => new Promise(() => {}) }),
      },
      "ends the process": {
        written: ({ defineBuildpack, pass }) => defineBuildpack({ detect: () => pass(), build: () => process.exit(0) }),
      },
      "answers what is refused": {
        written: ({ defineBuildpack, pass }) =>
          defineBuildpack({ detect: () => pass(), build: () => ({ processes: { "a b": { command: ["x"] } } }) }),
      },
      "100, which means something to detect only": scripted("exit 100"),
    };
    const failed = { exitCode: 51, later: undefined, processes: [] };
    await expectEach<RunMember, unknown>(
      Object.fromEntries(
        Object.entries(members).map(([name, member]) => [
          name,
          [member, name === "nothing" ? { exitCode: 0, later: ["built"], processes: ["later"] } : failed],
        ]),
      ),
      async (member) => {
        const launch = `[[processes]]\\ntype = "later"\\ncommand = ["x"]\\n`;
        const later = scripted(`echo built > $TOLD; printf '${launch}' > "$CNB_LAYERS_DIR/launch.toml"`);
        const first = member.written === undefined ? member : builds(member.written);
        const run = await lifecycle.build({ buildpacks: { "test/x": first, later } });
        return { exitCode: run.exitCode, later: run.reported.later, processes: processesOf(run) };
      },
    );
  },
);

row(
  19,
  "Users see standard output and standard error of build in order on the build's standard output; standard input is empty",
  ["lifecycle"],
  async () => {
    const written: Written = ({ defineBuildpack, pass }) =>
      defineBuildpack({
        detect: () => pass(),
        async build({ log, run }) {
          log.info("first");
          log.warn("second");
          await run("echo", ["third"]);
          await run("sh", ["-c", "echo fourth >&2"]);
          await run("wc", ["-c"]);
          log.info(`fifth ${process.getBuiltinModule("node:fs").readFileSync(0).length}`);
        },
      });
    await expectEach<RunMember, unknown>(
      {
        "the output of a buildpack with the framework is in order": [
          builds(written),
          ["first", "second", "third", "fourth", "0", "fifth 0"],
        ],
        "the output of a shell script is in order": [
          scripted("echo first; echo second >&2; echo third; wc -c"),
          ["first", "second", "third", "0"],
        ],
      },
      async (member) => {
        const { output } = await lifecycle.build({ buildpacks: { "test/x": member }, stdoutOnly: true });
        return output
          .split("\n")
          .filter((line) => !/^ *\$ /.test(line)) // the framework names commands
          .flatMap((line) => /(first|second|third|fourth|fifth).*|^\s*\d+$/.exec(line)?.[0].trim() ?? []);
      },
    );
  },
);

row(
  20,
  "The layers of a buildpack are in a directory named by its id with `_` for `/`, which exists before build",
  ["lifecycle"],
  async () => {
    const written: Written = ({ defineBuildpack, pass, temporaryLayer }, report) =>
      defineBuildpack({
        detect: () => pass(),
        async build({ layers }) {
          report(process.getBuiltinModule("node:fs").readdirSync(`${process.env.CNB_LAYERS_DIR}`));
          report((await layers.provide(temporaryLayer("tool", { build: true }), { create() {} })).path);
        },
      });
    const layer = (dir: string) => ({
      reported: [[], `<root>/layers/${dir}/tool`],
      files: [`${dir}/tool.toml`, `${dir}/tool/`],
    });
    await expectEach<string, unknown>(
      {
        "the directory of an id without a slash has the id as its name": ["plain", layer("plain")],
        "the slash of an id becomes an underscore": ["test/x.y", layer("test_x.y")],
        "each slash of an id becomes an underscore": ["a/b/c-1", layer("a_b_c-1")],
      },
      async (id) => {
        const { reported, layers } = await lifecycle.build({ buildpacks: { [id]: builds(written) } });
        const files = Object.keys(layers).filter((path) => path.includes("tool"));
        return { reported: reported[id.replaceAll("/", "_")], files };
      },
    );
  },
);

row(
  21,
  "A layer name is not `build`, `launch` or `store` and contains no dot or slash, because the lifecycle would lose or reassign the layer's SBOM",
  ["framework", "lifecycle"],
  async () => {
    const refused = "NAME_INVALID";
    const names: Readonly<Record<string, unknown>> = {
      "node-modules": "taken",
      node_22: "taken",
      builder: "taken",
      build: refused,
      launch: refused,
      store: refused,
      "a.b": refused,
      "a.ignore": refused,
      "a/b": refused,
      "..": refused,
      "": refused,
      " ": refused,
    };
    const code = (name: string) => {
      try {
        return libcnb.temporaryLayer(name, { build: true }) && "taken";
      } catch (error) {
        return (error as libcnb.LibcnbError).code;
      }
    };
    await expectEach(Object.fromEntries(Object.entries(names).map(([name, found]) => [name, [name, found]])), code);

    const layerNamed = (name: string) =>
      scripted(
        `cd "$CNB_LAYERS_DIR"\nmkdir ${name}\nprintf '[types]\\nlaunch = true\\n' > ${name}.toml\necho '{}' > ${name}.sbom.cdx.json`,
      );
    await expectEach<string, readonly string[]>(
      {
        "a layer with a permitted name has its SBOM in the image": ["tool", ["launch/test_x/tool/sbom.cdx.json"]],
        "the SBOM of a layer named launch becomes the SBOM of the image": ["launch", ["launch/test_x/sbom.cdx.json"]],
        "the SBOM of a layer named build becomes the SBOM of the build": ["build", ["build/test_x/sbom.cdx.json"]],
        "the SBOM of a layer with a dot in its name is lost": ["a.b", []],
        "the SBOM of a layer whose name ends with .ignore is lost": ["a.ignore", []],
      },
      async (name) => {
        const member = { ...layerNamed(name), toml: `sbom-formats = ["application/vnd.cyclonedx+json"]\n` };
        const { layers } = await lifecycle.build({ buildpacks: { "test/x": member } });
        const files = Object.keys(layers).filter((path) => /^sbom\/.*cdx/.test(path));
        return files.map((path) => path.slice("sbom/".length));
      },
    );
  },
);

row(
  22,
  "Everything that the framework writes, such as layers and SBOMs, is outside the app's directory",
  ["lifecycle"],
  async () => {
    const written: Written = (libcnb) =>
      libcnb.defineBuildpack({
        detect: () => libcnb.pass(),
        async build({ app, layers, run }) {
          const tool = libcnb.launchLayer("tool", { metadata: libcnb.s.table({ version: libcnb.s.string }) });
          const files = await app.list();
          await layers.provide(tool, {
            metadata: { version: "1" },
            create: ({ path }) =>
              run("sh", ["-c", `echo tool > "${path}/tool"; cp "${files[0]}" "${path}"`]).then(() => {}),
            env: () => ({ launch: { TOOL: libcnb.override("tool") } }),
            sbom: () => libcnb.sboms([{ name: "tool" }]),
          });
          return {
            labels: { "com.example.files": files.join(" ") },
            processes: { web: { command: ["tool"] } },
            store: { n: 1 },
            sbom: { launch: libcnb.sboms([{ name: "tool" }]) },
          };
        },
      });
    const app = { "app.x": "the app", "src/": "", "run.sh": "#!/bin/sh\n", link: "-> app.x" };
    const run = await lifecycle.build({
      buildpacks: { "test/x": { written, toml: `sbom-formats = ["application/vnd.cyclonedx+json"]\n` } },
      app,
    });
    const layer = Object.keys(run.layers).filter((path) => path.startsWith("test_x/tool"));
    expect({ exitCode: run.exitCode, app: run.app, layer }).toEqual({
      exitCode: 0,
      app,
      layer: [
        "test_x/tool.sbom.cdx.json",
        "test_x/tool.toml",
        "test_x/tool/app.x",
        "test_x/tool/env.launch/TOOL.override",
        "test_x/tool/tool",
      ],
    });
  },
);

row(
  25,
  "`launch.toml` and `build.toml` are written only if they have content, and those of an earlier build are removed",
  ["lifecycle"],
  async () => {
    const quiet: Written = ({ defineBuildpack, pass }) => defineBuildpack({ detect: () => pass(), build() {} });
    const talks: Written = ({ defineBuildpack, pass }) =>
      defineBuildpack({ detect: () => pass(), build: () => ({ processes: { worker: { command: ["new"] } } }) });
    const stale = {
      "test_x/launch.toml": `[[processes]]\ntype = "stale"\ncommand = ["old"]\n`,
      "test_x/launch.sbom.cdx.json": "{}",
      "test_x/build.sbom.syft.json": "{}",
      "test_x/store.toml": "[metadata]\nkept = true\n",
    };
    const staleUnmet = { "test_x/build.toml": `[[unmet]]\nname = "gone"\n` };
    const store = "test_x/store.toml";
    await expectEach<LifecycleRun, unknown>(
      {
        "an empty result writes no files": [
          { buildpacks: { "test/x": builds(quiet) } },
          { exitCode: 0, processes: [], files: [] },
        ],
        "an empty result removes the files of the last build": [
          { buildpacks: { "test/x": builds(quiet) }, layers: { ...stale, ...staleUnmet } },
          { exitCode: 0, processes: [], files: [store] },
        ],
        "another result replaces the files of the last build": [
          { buildpacks: { "test/x": builds(talks) }, layers: { ...stale, ...staleUnmet } },
          { exitCode: 0, processes: ["worker"], files: ["test_x/launch.toml", store] },
        ],
        // the lifecycle takes what it finds
        "a script leaves the files of the last build": [
          { buildpacks: { "test/x": scripted("") }, layers: { "test_x/launch.toml": stale["test_x/launch.toml"] } },
          { exitCode: 0, processes: ["stale"], files: ["test_x/launch.toml"] },
        ],
        "a script fails the build if it leaves an invalid file of the last build": [
          { buildpacks: { "test/x": scripted("") }, layers: staleUnmet },
          { exitCode: 52, processes: [], files: ["test_x/build.toml"] },
        ],
      },
      async (given) => {
        const run = await lifecycle.build(given);
        const files = Object.keys(run.layers).filter((path) => /^test_x\/./.test(path));
        return { exitCode: run.exitCode, processes: processesOf(run), files };
      },
    );
  },
);

row(
  26,
  "`launch.toml` and `build.toml` contain no `bom`, because the lifecycle warns about it: SBOMs are separate files",
  ["lifecycle"],
  async () => {
    const written: Written = ({ defineBuildpack, dependency, pass, sboms }) =>
      defineBuildpack({
        detect: () => pass({ provides: [dependency("x")], requires: [dependency("x").require()] }),
        build: () => ({
          labels: { "com.example.title": "x" },
          processes: { web: { command: ["x"], default: true } },
          slices: [["*.x"]],
          unmet: [dependency("x")],
          store: { n: 1 },
          sbom: { launch: sboms([{ name: "package" }]), build: sboms([{ name: "compiler" }]) },
        }),
      });
    const toml = `sbom-formats = ["application/vnd.cyclonedx+json"]\n`;
    const bom = (file: string) => scripted(`printf '[[bom]]\\nname = "x"\\n' > "$CNB_LAYERS_DIR/${file}.toml"`);
    const legacy = (launch: boolean, build: boolean) => ({ launch, build });
    await expectEach<RunMember, unknown>(
      {
        "all files that the framework writes are without bom, and the lifecycle does not warn": [
          { written, toml },
          {
            warned: false,
            ...legacy(false, false),
            tables: {
              "launch.toml": ["labels", "processes", "slices"],
              "build.toml": ["unmet"],
              "store.toml": ["metadata"],
            },
            files: ["sbom/build/test_x/sbom.cdx.json", "sbom/launch/test_x/sbom.cdx.json"],
          },
        ],
        "the lifecycle warns about bom in launch.toml": [
          bom("launch"),
          { warned: true, ...legacy(true, false), tables: { "launch.toml": ["bom"] }, files: [] },
        ],
        "the lifecycle warns about bom in build.toml": [
          bom("build"),
          { warned: true, ...legacy(false, true), tables: { "build.toml": ["bom"] }, files: [] },
        ],
      },
      async (member) => {
        const { layers, output } = await lifecycle.build({ buildpacks: { "test/x": member } });
        const tomls = Object.entries(layers).filter(([path]) => /^test_x\/.*toml$/.test(path));
        const tables = tomls.map(([path, text]) => [
          path.slice("test_x/".length),
          Object.keys(parseToml(String(text), path)).sort(),
        ]);
        const hasLegacy = (set: string) => String(layers[`sbom/${set}/sbom.legacy.json`]).trim() !== "null";
        return {
          warned: output.includes("BOM table is deprecated"),
          launch: hasLegacy("launch"),
          build: hasLegacy("build"),
          tables: Object.fromEntries(tables),
          files: Object.keys(layers).filter((path) => /^sbom\/.*cdx/.test(path)),
        };
      },
    );
  },
);
