// @needs processes
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { BuildContext } from "../build.ts";
import { defineBuildpack } from "../buildpack.ts";
import { fail, pass } from "../detect.ts";
import { build, buildFailure, fakeClock, tarball, unchecked } from "./index.ts";

const builds = (work: (context: BuildContext) => Promise<unknown>) =>
  defineBuildpack({ detect: () => pass(), build: async (context) => void (await work(context)) });

describe("commands that a test provides", () => {
  const installs = builds(async ({ run, log, layers }) => {
    await run("npm", ["ci"], { cwd: "web", env: { CI: "1" }, input: "y" });
    log.info((await run("/usr/bin/git", ["rev-parse"], { output: "capture" })).stdout);
    await run("npm", ["test", layers.dir], { allowedExitCodes: [3] });
  });

  test("run instead of the real commands, and are recorded", async () => {
    const outcome = await build(installs, {
      app: { "web/": "" },
      env: { BP_X: "x" },
      commands: {
        npm: ({ args, env, input }) =>
          args[0] === "ci"
            ? { stdout: `added ${env.CI} ${env.BP_X} ${input}\n`, stderr: "old\n", files: { "node_modules/a.js": "1" } }
            : { exitCode: 3 },
        git: () => ({ stdout: "4305153" }),
      },
    });
    expect(outcome).toMatchObject({
      app: { "web/node_modules/a.js": "1" },
      commands: [
        { tool: "npm", args: ["ci"], cwd: "<app>/web", input: "y" },
        { tool: "/usr/bin/git", args: ["rev-parse"], cwd: "<app>" },
        { tool: "npm", args: ["test", "<layers>"], cwd: "<app>" },
      ],
    });
    expect([...outcome.log].sort()).toEqual(["$ npm ci", "$ npm test <layers>", "4305153", "added 1 x y", "old"]);
    expect(outcome.commands[0]?.env).toMatchObject({ CI: "1", BP_X: "x", HOME: "<home>" });
  });

  test("write to the paths in their arguments", async () => {
    const outcome = await build(
      builds(async ({ run, layers }) => void (await run("cp", [`${layers.dir}/x`], { cwd: "web" }))),
      {
        app: { "web/": "" },
        commands: {
          cp: ({ args: [to] }) => ({ files: { [`${to}/a`]: "1", [`${to}/empty/`]: "", "../b": "2", "./": "" } }),
        },
      },
    );
    expect([outcome.layers, outcome.app]).toEqual([
      { "x/a": "1", "x/empty/": "" },
      { b: "2", "web/": "" },
    ]);
  });

  test("fail like real commands", async () => {
    const { error } = await buildFailure(
      builds(({ run }) => run("npm", ["ci"])),
      { commands: { npm: () => ({ exitCode: 7, stderr: "no network\n" }) } },
    );
    expect(error).toMatchObject({ code: "TOOL_FAILED", message: "npm ci ended with exit code 7" });
  });

  test("are the only commands that can be run", async () => {
    const { error } = await buildFailure(
      builds(({ run }) => run("yarn", ["install"])),
      { commands: { npm: () => {}, node: () => {} } },
    );
    expect(error).toMatchObject({
      code: "TEST_INPUT_MISSING",
      message: "the test does not define the command yarn install",
      cause: "it defines node, npm",
    });
  });

  test("are optional, and real commands run if a test provides no commands", async () => {
    const outcome = await build(builds(({ run }) => run("sh", ["-c", "echo here"])));
    expect([outcome.log, outcome.commands]).toEqual([
      ["$ sh -c 'echo here'", "here"],
      [{ tool: "sh", args: ["-c", "echo here"], cwd: "<app>" }],
    ]);
  });
});

describe("downloads that a test provides", () => {
  const url = "https://example.com/node.tgz";
  const metadata = {
    dependencies: [
      { id: "node", version: "24.1.0", uri: url, checksum: `sha256:${"0".repeat(64)}`, "strip-components": 1 },
    ],
  };
  const installs = builds(async ({ inventory, app }) => {
    await inventory.install(await inventory.resolve("node", "*"), `${app.dir}/node`);
  });
  const files = { "node/bin/node": "#!/bin/sh\n", "node/bin/link": "-> node", "node/share/": "", "node/a": "1" };

  test("replace a release's files without a checksum check if they are marked as unchecked()", async () => {
    const outcome = await build(installs, {
      buildpack: { metadata },
      downloads: { [url]: unchecked(await tarball(files)) },
    });
    expect([outcome.app, outcome.downloads.map((each) => each.url)]).toEqual([
      { "node/a": "1", "node/bin/link": "-> node", "node/bin/node": "#!/bin/sh\n", "node/share/": "" },
      [url],
    ]);
  });

  test("are verified if the buildpack requests a checksum", async () => {
    const failed = await buildFailure(installs, {
      buildpack: { metadata },
      downloads: { [url]: await tarball(files) },
    });
    expect(failed.error).toMatchObject({ code: "DOWNLOAD_CHECKSUM_MISMATCH" });
  });

  test("fail like the network, without delay", async () => {
    const failed = await buildFailure(installs, { buildpack: { metadata }, downloads: { [url]: { status: 503 } } });
    expect([failed.error, failed.log.filter((line) => line.includes("503")).length > 0]).toMatchObject([
      { code: "DOWNLOAD_FAILED" },
      true,
    ]);
  });

  test("are the only downloads that succeed", async () => {
    const { error } = await buildFailure(installs, {
      buildpack: { metadata },
      downloads: { "https://example.com/x": "" },
    });
    expect(error).toMatchObject({ code: "TEST_INPUT_MISSING", cause: "it defines https://example.com/x" });
  });

  test("are identical if tarball() gets the same files twice", async () => {
    expect(await tarball(files)).toEqual(await tarball(files));
  });
});

test("the clock of a test does not advance by itself", async () => {
  const timed = builds(({ log, run }) => log.timed("npm ci", () => run("npm")));
  const clock = fakeClock("2027-05-01");
  const slow = await build(timed, { clock, commands: { npm: () => clock.advance(1500) } });
  const still = await build(timed, { commands: { npm: () => {} } });
  expect([slow.stdout, still.stdout]).toEqual([
    "npm ci\n  $ npm\n  done in 1.5 s\n",
    "npm ci\n  $ npm\n  done in 0 ms\n",
  ]);
  expect(clock.now()).toBe(Date.parse("2027-05-01T00:00:01.500Z"));
  expect(fakeClock().now()).toBe(Date.parse("1980-01-01T00:00:01Z"));
  expect(() => fakeClock("soon")).toThrow(`"soon" is not a date`);
});

test("the log of a test separates standard output and standard error, and has debug lines only on request", async () => {
  const says = builds(async ({ log, layers }) => {
    log.heading("Node.js");
    log.step("Installing");
    log.info(`into ${layers.dir}/node`);
    log.warn("it is old");
    log.debug("by the way");
    log.table([["a", "1"]]);
  });
  const { log, stdout, stderr } = await build(says);
  expect({ log, stdout, stderr }).toEqual({
    log: ["Node.js", "Installing", "into <layers>/node", "it is old", "a  1"],
    stdout: "=== Node.js ===\nInstalling\n  into <layers>/node\n  a  1\n",
    stderr: "WARNING: it is old\n",
  });
  expect((await build(says, { env: { BP_LOG_LEVEL: "debug" } })).stdout).toContain("  by the way\n");
});

describe("buildFailure() in a test", () => {
  test("returns the build's error as a user sees it, with the exit code", async () => {
    const fails = builds(async ({ log }) => {
      log.step("Trying");
      throw new Error("no");
    });
    const { exitCode, stdout, stderr, error } = await buildFailure({ ...fails, onError: () => new Error("never") });
    expect([exitCode, stdout, stderr.split("\n", 1)[0], error]).toEqual([
      1,
      "Trying\n",
      "ERROR: unexpected Error: never",
      new Error("no"),
    ]);
  });

  test("rejects if the build succeeds", async () => {
    await expect(buildFailure(builds(async () => {}))).rejects.toThrow(
      "expected build to fail with an error, but it did not",
    );
  });
});

test("bindings in a test are in the directory where the platform mounts them", async () => {
  const reads = builds(async ({ bindings, log }) => {
    const binding = await bindings.find({ type: "npmrc" });
    log.info(`${binding?.name} ${binding?.provider} ${binding?.text("token")}`);
  });
  const bindings = { registry: { type: "npmrc", provider: "acme", token: "s3cret" } };
  expect((await build(reads, { bindings })).log).toEqual([
    'Using the binding "registry" of type npmrc',
    "registry acme s3cret",
  ]);
});

test("clearEnv in a test keeps the user's variables out of the environment", async () => {
  const reads = builds(async ({ env, platform, log }) => log.info(`${env.BP_X} ${platform.env.BP_X}`));
  expect([
    (await build(reads, { env: { BP_X: "x" } })).log,
    (await build(reads, { env: { BP_X: "x" }, buildpack: { clearEnv: true } })).log,
  ]).toEqual([["x x"], ["undefined x"]]);
});

describe("the operator's variables in a test", () => {
  const operatorEnv = {
    BP_X: "default",
    NODE_ENV: "op",
    "HOME_OF.override": "/op",
    "FLAGS.append": "-op",
    "FLAGS.delim": " ",
  };
  const reads = builds(async ({ env, layers, log }) => {
    const show = () => log.info(["BP_X", "NODE_ENV", "HOME_OF", "FLAGS"].map((name) => env[name]).join("|"));
    show();
    const { temporaryLayer } = await import("../layer/definition.ts");
    const { override } = await import("../env/modification.ts");
    await layers.provide(temporaryLayer("x", { build: true }), {
      create: () => {},
      env: () => ({
        build: { NODE_ENV: override("layer"), HOME_OF: override("layer"), FLAGS: override("-layer") },
      }),
    });
    show();
  });

  test("are applied after all other variables, including variables of layers", async () => {
    expect((await build(reads, { env: { BP_X: "user" }, operatorEnv })).log).toEqual([
      "user|op|/op|-op",
      "user|layer|/op|-layer -op",
    ]);
  });

  test("are set even with clearEnv", async () => {
    const given = { env: { BP_X: "user" }, operatorEnv, buildpack: { clearEnv: true } };
    expect((await build(reads, given)).log[0]).toBe("default|op|/op|-op");
  });

  test("reach detect and all members of a group", async () => {
    const { group } = await import("./index.ts");
    const a = defineBuildpack({ detect: ({ env }) => fail(`${env.HOME_OF} ${env.FLAGS}`), build() {} });
    const image = await group({ order: [["a?", "b", "c"]], buildpacks: { a, b: reads, c: reads }, operatorEnv });
    expect(image.detects.a).toMatchObject({ reason: "/op -op" });
    expect(image.builds.c?.log[0]).toBe("default|layer|/op|-layer -op");
  });
});

test("files in a test keep their modes, and symbolic links are kept", async () => {
  const elf = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff);
  const app = {
    "bin/tool": { contents: elf, mode: 0o755 },
    "bin/link": "-> tool",
    "lib/data": elf,
    "plain.sh": { contents: "#!/bin/sh\n", mode: 0o644 },
    "run.sh": "#!/bin/sh\n",
    "secret.txt": { contents: "x", mode: 0o600 },
  };
  const outcome = await build(
    builds(async () => {}),
    { app },
  );
  expect(outcome.app).toEqual(app);
  const digest = createHash("sha256").update(elf).digest("hex");
  const shows = builds(({ run }) => run("sh", ["-c", "test -x bin/link && sha256sum < bin/link"]));
  expect((await build(shows, { app })).log.slice(1)).toEqual([`${digest}  -`]);
});

test("the result of a build in a test includes the files that the lifecycle reads", async () => {
  const writes = defineBuildpack({
    detect: () => pass(),
    build: async ({ layers }) => {
      const { cachedLayer } = await import("../layer/definition.ts");
      const { override, prepend } = await import("../env/modification.ts");
      const { string, table } = await import("../spec/schemas/schema.ts");
      await layers.provide(cachedLayer("runtime", { launch: true, metadata: table({ version: string }) }), {
        metadata: { version: "22" },
        create: () => {},
        env: ({ path }) => ({
          shared: { PATH: prepend(`${path}/x`) },
          process: { web: { NODE_ENV: override("production") } },
        }),
      });
      return {
        processes: { web: { command: ["node"], args: ["a.js"], default: true } },
        labels: { a: "b" },
        slices: [["public/*"]],
        store: { seen: "22" },
      };
    },
  });
  expect((await build(writes)).parsed).toEqual({
    layers: {
      runtime: {
        types: { build: false, launch: true, cache: true },
        metadata: { version: "22" },
        env: {
          shared: { PATH: { prepend: "<layers>/runtime/x", delim: ":" } },
          build: {},
          launch: {},
          process: { web: { NODE_ENV: { override: "production" } } },
        },
        execD: [],
        sbom: {},
        files: {},
      },
    },
    launch: {
      processes: { web: { command: ["node"], args: ["a.js"], default: true, workingDir: undefined, execEnv: [] } },
      labels: { a: "b" },
      slices: [["public/*"]],
    },
    unmet: [],
    store: { seen: "22" },
    sbom: { launch: {}, build: {} },
  });
});
