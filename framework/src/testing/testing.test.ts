// @needs processes
import { relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { dependency } from "../dependency.ts";
import { fail, pass } from "../detect.ts";
import { defaultTo, override } from "../env/modification.ts";
import { writeFileMap } from "../host/files/tree.ts";
import { cachedLayer, launchLayer } from "../layer/definition.ts";
import { explainReason } from "../layer/reason.ts";
import { integer, optional, string, table } from "../spec/schemas/schema.ts";
import { build, detect, generate, group } from "./index.ts";
import { restoredFiles } from "./state/restore.ts";

const node = dependency("node", table({ version: optional(string) }));
const runtime = cachedLayer("runtime", {
  build: true,
  launch: true,
  metadata: table({ version: string, arch: string, major: integer }),
});

const nodeEngine = defineBuildpack({
  async detect({ app, env, target }) {
    if (!(await app.exists("package.json"))) return fail("no package.json in the application directory");
    return pass({ provides: [node], requires: [node.require({ version: env.BP_NODE_VERSION ?? target.arch })] });
  },
  async build({ layers, log, plan, target, run, app }) {
    const version = plan.first(node)?.version ?? "22.1.0";
    await layers.provide(runtime, {
      metadata: { version, arch: target.arch, major: Number.parseInt(version, 10) },
      async create({ path, reason }) {
        log.step(`Installing Node.js ${version} (${explainReason(reason)})`);
        await writeFileMap(path, { "bin/version": `#!/bin/sh\necho ${version}` });
      },
      env: ({ path }) => ({ shared: { NODE_HOME: override(path) }, launch: { NODE_ENV: defaultTo("production") } }),
    });
    await run("version");
    await writeFileMap(app.dir, { "built.txt": "yes" });
    return { processes: { web: { command: ["node", "server.js"], default: true } } };
  },
});
const plan = { node: [{ version: "22.1.0" }] };
const silent = { log: [], stdout: "", stderr: "", commands: [], downloads: [] };

describe("detect() in a test", () => {
  test("passes with the plan that the lifecycle would read", async () => {
    expect(await detect(nodeEngine, { app: { "package.json": "{}" }, env: { BP_NODE_VERSION: "20" } })).toEqual({
      outcome: "pass",
      plan: [{ provides: ["node"], requires: [{ name: "node", metadata: { version: "20" } }] }],
      ...silent,
    });
  });

  test("fails with the buildpack's reason", async () => {
    const reason = "no package.json in the application directory";
    expect(await detect(nodeEngine)).toEqual({
      outcome: "fail",
      reason,
      ...silent,
      log: [reason],
      stdout: `  ${reason}\n`,
    });
  });
});

describe("build() in a test", () => {
  test("returns the complete result of a first build", async () => {
    expect(await build(nodeEngine, { plan })).toMatchInlineSnapshot(`
      {
        "app": {
          "built.txt": "yes",
        },
        "commands": [
          {
            "args": [],
            "cwd": "<app>",
            "tool": "version",
          },
        ],
        "downloads": [],
        "layers": {
          "launch.toml": "[[processes]]
      type = "web"
      command = [ "node", "server.js" ]
      default = true
      ",
          "runtime.toml": "[types]
      build = true
      launch = true
      cache = true

      [metadata]
      arch = "amd64"
      major = 22
      version = "22.1.0"
      ",
          "runtime/bin/version": "#!/bin/sh
      echo 22.1.0",
          "runtime/env.launch/NODE_ENV.default": "production",
          "runtime/env/NODE_HOME.override": "<layers>/runtime",
        },
        "log": [
          "Installing Node.js 22.1.0 (no cached layer)",
          "$ version",
          "22.1.0",
        ],
        "result": {
          "processes": {
            "web": {
              "command": [
                "node",
                "server.js",
              ],
              "default": true,
            },
          },
        },
        "stderr": "",
        "stdout": "Installing Node.js 22.1.0 (no cached layer)
        $ version
          22.1.0
      ",
      }
    `);
  });

  test("logs why a layer is rebuilt for another architecture", async () => {
    const first = await build(nodeEngine, { plan });
    const { log } = await build(nodeEngine, { plan, layers: first.layers, target: { os: "linux", arch: "arm64" } });
    expect(log.slice(-3)).toEqual([
      `Installing Node.js 22.1.0 (arch changed from "amd64" to "arm64")`,
      "$ version",
      "22.1.0",
    ]);
  });

  test("reuses all layers for the same app", async () => {
    const first = await build(nodeEngine, { plan });
    const second = await build(nodeEngine, { plan, layers: first.layers });
    expect(second).toEqual({ ...first, log: ["$ version", "22.1.0"], stdout: "  $ version\n    22.1.0\n" });
  });

  test("receives the variables of earlier buildpacks", async () => {
    const show = defineBuildpack({
      detect: () => pass(),
      build: async ({ run }) => void (await run("sh", ["-c", "echo $FROM_OTHERS $BP_X"])),
    });
    expect((await build(show, { inherited: { FROM_OTHERS: "a" }, env: { BP_X: "b" } })).log.slice(1)).toEqual(["a b"]);
  });

  test("rejects with the error that the buildpack throws", async () => {
    await expect(build(nodeEngine, { plan: { node: [{ version: 22 }] } })).rejects.toMatchObject({
      code: "BUILDPACK_PLAN_INVALID",
    });
  });

  test("reuses a launch layer without contents", async () => {
    const agent = launchLayer("agent", { metadata: table({ version: string }) });
    const states: string[] = [];
    const buildpack = defineBuildpack({
      detect: () => pass(),
      async build({ layers }) {
        const layer = await layers.provide(agent, {
          metadata: { version: "1" },
          create: ({ path }) => writeFileMap(path, { "agent.jar": "x" }),
        });
        states.push(layer.state);
      },
    });
    const first = await build(buildpack);
    const second = await build(buildpack, { layers: first.layers });
    expect([states, Object.keys(first.layers), Object.keys(second.layers)]).toEqual([
      ["created", "reused"],
      ["agent.toml", "agent/agent.jar"],
      ["agent.toml"],
    ]);
  });
});

test("layers in a test are restored by the lifecycle's rules", () => {
  const toml = (types: string) => `[types]\n${types}\n[metadata]\nn = 1\n`;
  const files = {
    "launch.toml": "x",
    "build.toml": "x",
    "launch.sbom.cdx.json": "x",
    "store.toml": "[metadata]\na = 1\n",
    "cached.toml": toml("cache = true\nbuild = true"),
    "cached.sbom.cdx.json": "{}",
    "cached/a": "",
    "image.toml": toml("launch = true"),
    "image.sbom.cdx.json": "{}",
    "image/a": "",
    "both.toml": toml("launch = true\nbuild = true"),
    "both/a": "",
    "none.toml": toml(""),
    "none.sbom.cdx.json": "{}",
    "none/a": "",
    "given.toml": "[metadata]\nn = 1\n",
    "given/a": "",
    "damaged.toml": "x",
  };
  expect(restoredFiles(files)).toEqual({
    "store.toml": "[metadata]\na = 1\n",
    "cached.toml": "[metadata]\nn = 1.0\n",
    "cached.sbom.cdx.json": "{}",
    "cached/a": "",
    "image.toml": "[metadata]\nn = 1.0\n",
    "image.sbom.cdx.json": "{}",
    "given.toml": "[metadata]\nn = 1\n",
    "given/a": "",
    "damaged.toml": "x",
  });
});

describe("the buildpack directory given to a test", () => {
  const reported = defineBuildpack({ detect: ({ buildpack }) => fail(`in ${buildpack.dir}`), build() {} });
  const template = resolve(import.meta.dirname, "../../../templates/minimal");

  test.for<[string, object]>([
    ["nowhere", { cause: expect.stringContaining("relative paths are resolved from ") }],
    ["/nowhere", {}],
  ])('such as "%s" is reported with its absolute path if it does not exist', async ([dir, why]) => {
    const message = (file: string) => `the test uses the buildpack directory ${resolve(dir)}, which has no ${file}`;
    const missing = (file: string) => ({ code: "INPUT_MISSING", message: message(file), ...why });
    const member = { buildpack: reported, descriptor: dir };
    await expect(detect(reported, { buildpack: dir })).rejects.toMatchObject(missing("buildpack.toml"));
    await expect(build(reported, { buildpack: dir })).rejects.toMatchObject(missing("buildpack.toml"));
    await expect(group({ order: [["a/b"]], buildpacks: { "a/b": member } })).rejects.toMatchObject(
      missing("buildpack.toml"),
    );
    await expect(generate({ generate() {} }, { extension: dir })).rejects.toMatchObject(missing("extension.toml"));
  });

  test("is made absolute for the buildpack if it is relative", async () => {
    const outcome = await detect(reported, { buildpack: relative(process.cwd(), template) });
    expect(outcome.log).toEqual(["in <buildpack>"]);
  });
});
