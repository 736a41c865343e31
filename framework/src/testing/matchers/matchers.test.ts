import "../vitest.ts";
import { describe, expect, test } from "vitest";
import { defineBuildpack } from "../../buildpack.ts";
import { dependency } from "../../dependency.ts";
import { fail, pass } from "../../detect.ts";
import { defaultTo, override } from "../../env/modification.ts";
import { dockerfile } from "../../extension/dockerfile.ts";
import { defineExtension } from "../../extension/extension.ts";
import { writeFileMap } from "../../host/files/tree.ts";
import { cachedLayer, launchLayer } from "../../layer/definition.ts";
import { sbomComponent } from "../../sbom/component.ts";
import { cycloneDx } from "../../sbom/sbom.ts";
import { string, table } from "../../spec/schemas/schema.ts";
import { build, buildFailure, detect, generate, group, rebuild, toText } from "../index.ts";

const node = dependency("node", table({ version: string }));
const runtime = cachedLayer("runtime", { launch: true, build: true, metadata: table({ version: string }) });
const agent = launchLayer("agent", { metadata: table({ version: string }) });

const engine = defineBuildpack({
  detect: async ({ app }) =>
    (await app.exists("package.json"))
      ? pass({ provides: [node], requires: [node.require({ version: "22" })] }, { provides: [node] })
      : fail("no package.json"),
  async build({ layers, log, run }) {
    log.step("Installing Node.js 22");
    await run("npm", ["ci", "--omit=dev"]);
    await layers.provide(runtime, {
      metadata: { version: "22" },
      create: ({ path }) =>
        writeFileMap(path, { "bin/node": "#!/bin/sh\n", "lib/": "", "share/text": "x".repeat(200) }),
      env: ({ path }) => ({
        shared: { NODE_HOME: override(path) },
        process: { web: { NODE_ENV: defaultTo("production") } },
      }),
      sbom: () => [cycloneDx([sbomComponent({ name: "node", version: "22", purl: "pkg:generic/node@22" })])],
    });
    await layers.provide(agent, { metadata: { version: "1" }, create: () => {} });
    return {
      processes: { web: { command: ["node"], args: ["a.js"], default: true } },
      labels: { a: "b" },
      slices: [["public/*"]],
      store: { last: "22" },
    };
  },
});
const app = { "package.json": "{}" };
const commands = { npm: () => {} };
const messageOf = (check: () => unknown): string => {
  try {
    check();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return "it passed";
};

describe("test matchers for detect", async () => {
  const passed = await detect(engine, { app });
  const failed = await detect(engine);

  test("accept a matching result", () => {
    expect(passed).toPass();
    expect(passed).not.toFail();
    expect(failed).not.toPass();
    expect(failed).toFail();
    expect(failed).toFail("no package.json");
    expect(failed).toFail(/package/);
    expect(failed).not.toFail("package");
    expect(passed).toProvide("node");
    expect(passed).not.toProvide("node", "npm");
    expect(passed).toRequire("node");
    expect(passed).toRequire("node", { version: "22" });
    expect(passed).not.toRequire("node", { version: "20" });
    expect(failed).not.toProvide("node");
  });

  test.for<[string, () => unknown, string]>([
    [
      "a failed detection that should pass",
      () => expect(failed).toPass(),
      "expected detection to pass\nit failed:\n  no package.json",
    ],
    [
      "a passed detection that should fail",
      () => expect(passed).toFail(/x/),
      "expected detection to fail because /x/\nit passed",
    ],
    [
      "another reason for the failure",
      () => expect(failed).toFail("no pom.xml"),
      `expected detection to fail because "no pom.xml"\nit failed because:\n  no package.json`,
    ],
    [
      "an expected reason that is only a part of the reason",
      () => expect(failed).toFail("package"),
      `expected detection to fail because "package"\nit failed because:\n  no package.json
a string must be the whole reason; a pattern such as /no package/ matches a part of it`,
    ],
    [
      "a missing requirement",
      () => expect(passed).toRequire("node", { version: "20" }),
      `expected detection to require node with {"version":"20"}
its alternatives:
  provides node; requires node {"version":"22"}
  provides node; requires nothing`,
    ],
    [
      "a missing provision",
      () => expect(failed).toProvide("node"),
      "expected detection to provide node\nits alternatives:\n  none: it failed because no package.json",
    ],
  ])("explain a mismatch, here %s", ([, check, message]) => expect(messageOf(check)).toBe(message));
});

describe("test matchers for build", async () => {
  const built = await build(engine, { app, commands });

  test("accept a matching result", () => {
    expect(built).toHaveLayer("runtime");
    expect(built).toHaveLayer("runtime", {
      types: ["build", "launch", "cache"],
      metadata: { version: "22" },
      env: { shared: { NODE_HOME: { override: "<layers>/runtime" } } },
      files: { "bin/node": "#!/bin/sh\n" },
    });
    expect(built).toHaveLayer("agent", { types: { launch: true, cache: false } });
    expect(built).not.toHaveLayer("agent", { types: ["launch", "cache"] });
    expect(built).not.toHaveLayer("toString");
    expect(built).toHaveProcess("web", { command: ["node"], default: true });
    expect(built).not.toHaveProcess("web", { command: ["node", "a.js"] });
    expect(built).not.toHaveProcess("worker");
    expect(built).toHaveEnv("web", { NODE_HOME: "<layers>/runtime", NODE_ENV: "production", NPM: undefined });
    expect(built).toHaveEnv(null, { NODE_ENV: undefined, PATH: expect.stringContaining("<layers>/runtime/bin:") });
    expect(built).toHaveLogged("Node.js 22");
    expect(built).toHaveLogged(/^Installing/);
    expect(built).not.toHaveLogged("Node.js 20");
    expect(built).toHaveRun("npm");
    expect(built).toHaveRun("npm", ["ci", expect.any(String)]);
    expect(built).not.toHaveRun("npm", ["ci"]);
  });

  test.for<[string, () => unknown, string]>([
    [
      "a missing layer",
      () => expect(built).toHaveLayer("modules"),
      `expected the build to have a layer "modules"\nits layers:\n  agent\n  runtime`,
    ],
    [
      "a missing process",
      () => expect(built).toHaveProcess("worker"),
      `expected the build to have a process "worker"\nits processes:\n  web`,
    ],
    [
      "a missing log line",
      () => expect(built).toHaveLogged("x"),
      `expected the log to contain "x"\nits lines:\n  Installing Node.js 22\n  $ npm ci --omit=dev`,
    ],
    [
      "a missing command",
      () => expect(built).toHaveRun("npm", ["test"]),
      `expected npm to be run with ["test"]\ncommands that ran:\n  npm ci --omit=dev`,
    ],
    [
      "an unexpected process",
      () => expect(built).not.toHaveProcess("web"),
      `expected the build not to have a process "web"`,
    ],
  ])("explain a mismatch, here %s", ([, check, message]) => expect(messageOf(check)).toBe(message));

  test("show the difference between actual and expected values", () => {
    const check = () => expect(built).toHaveLayer("runtime", { metadata: { version: "20" } });
    expect(check).toThrow(
      expect.objectContaining({
        message: `expected the build to have a layer "runtime" like the one expected`,
        actual: { metadata: { version: "22" } },
        expected: { metadata: { version: "20" } },
      }),
    );
  });

  test("include the environment of layers reused from the previous image", async () => {
    const kept = await rebuild(engine, built);
    expect(kept).toHaveEnv("web", { NODE_ENV: "production" });
    expect(kept).toHaveLayer("agent", { files: undefined });
  });

  test("accept the result of group()", async () => {
    const image = await group({ order: [["a/engine"]], buildpacks: { "a/engine": engine }, app, commands });
    expect(image).toHaveProcess("web", { default: true });
    expect(image).toHaveEnv("web", { NODE_HOME: "<layers>/a_engine/runtime" });
    expect(image).toHaveLogged("Installing");
  });
});

test("test matchers refuse invalid arguments", () => {
  // @ts-expect-error a misspelt field of a layer is a compile error
  expect(() => expect({}).toHaveLayer("x", { metdata: {} })).toThrow();
  // @ts-expect-error there is no such type of layer
  expect(() => expect({}).toHaveLayer("x", { types: ["run"] })).toThrow();
});

describe("toText()", () => {
  test("shows the result of a build", async () => {
    expect(toText(await build(engine, { app, commands }))).toMatchInlineSnapshot(`
      "log
        Installing Node.js 22
        $ npm ci --omit=dev
      tools
        npm ci --omit=dev
      layer agent: launch
        version = "1"
      layer runtime: build, launch, cache
        version = "22"
        env NODE_HOME.override "<layers>/runtime"
        env.launch/web NODE_ENV.default "production"
        sbom.cdx.json node@22
        bin/node "#!/bin/sh\\n"
        lib/
        share/text 200 bytes, sha256 aa20c23e3201
      process web (default)
        ["node"] with ["a.js"]
      labels
        a=b
      slices
        public/*
      store
        last = "22""
    `);
  });

  test("shows the result of detect", async () => {
    expect([toText(await detect(engine, { app })), toText(await detect(engine))]).toMatchInlineSnapshot(`
      [
        "pass
        provides node
        requires node {"version":"22"}
      or
        provides node",
        "log
        no package.json
      fail
        no package.json",
      ]
    `);
  });

  test("shows the result of an extension's generate", async () => {
    const extension = defineExtension({
      generate: ({ log }) => {
        log.step("Installing jq");
        return {
          run: dockerfile.run().arg("tool", "none").run("install $tool").rebasable(),
          args: { run: { tool: "jq" } },
          contexts: { run: { "a.conf": "a = 1\n", "b.bin": Uint8Array.of(0xff, 0) } },
        };
      },
    });
    expect(toText(await generate(extension))).toMatchInlineSnapshot(`
      "log
        Installing jq
      context.run/a.conf
        a = 1
      context.run/b.bin
        2 bytes, sha256 ea5dbf9596d1
      extend-config.toml
        [[run.args]]
        name = "tool"
        value = "jq"
      run.Dockerfile
        ARG base_image
        FROM \${base_image}

        ARG tool="none"
        RUN install $tool
        LABEL io.buildpacks.rebasable="true""
    `);
  });

  test("shows a failure", async () => {
    expect(toText(await buildFailure(engine, { app, commands: {} }))).toMatchInlineSnapshot(`
      "log
        Installing Node.js 22
        $ npm ci --omit=dev
      tools
        npm ci --omit=dev
      failed with exit code 1
        ERROR: the test does not define the command npm ci --omit=dev (TEST_INPUT_MISSING)
          caused by: it defines none
          in build of test/buildpack@1.0.0
        HINT: Add commands: { "npm": ({ args }) => ({ stdout: "…" }) } to the test. If commands is not set, real tools run."
    `);
  });

  test("shows the result of a group", async () => {
    const order = [["a/engine"]];
    expect(toText(await group({ order, buildpacks: { "a/engine": engine }, app, commands }))).toMatchInlineSnapshot(`
      "group
        a/engine@1.0.0
      a/engine log
        Installing Node.js 22
        $ npm ci --omit=dev
      a/engine tools
        npm ci --omit=dev
      a/engine layer agent: launch
        version = "1"
      a/engine layer runtime: build, launch, cache
        version = "22"
        env NODE_HOME.override "<layers>/a_engine/runtime"
        env.launch/web NODE_ENV.default "production"
        sbom.cdx.json node@22
        bin/node "#!/bin/sh\\n"
        lib/
        share/text 200 bytes, sha256 aa20c23e3201
      a/engine store
        last = "22"
      process web (default) of a/engine
        ["node"] with ["a.js"]
      labels
        a=b
      slices
        public/*
      launch environment
        LD_LIBRARY_PATH=<layers>/a_engine/runtime/lib
        NODE_ENV=production
        NODE_HOME=<layers>/a_engine/runtime
        PATH=<layers>/a_engine/runtime/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    `);
  });
});
