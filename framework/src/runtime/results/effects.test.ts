import { expect, test } from "vitest";
import { defineBuildpack } from "../../buildpack.ts";
import { defaultTo, override, prepend } from "../../env/modification.ts";
import { temporaryLayer } from "../../layer/definition.ts";
import { build } from "../../testing/index.ts";

const buildpack = defineBuildpack({
  detect: () => ({ outcome: "pass", plan: [] }),
  async build({ layers }) {
    await layers.provide(temporaryLayer("tools", { launch: true }), {
      create() {},
      env: ({ path }) => ({
        shared: { TOOLS_HOME: override(path), PATH: prepend("/opt/bin") },
        build: { NPM_TOKEN: override("s3cret"), REGISTRY: override("https://me:s3cret@npm.test/") },
        launch: { GREETING: defaultTo("good day") },
        process: { web: { PORT: defaultTo("8080") } },
      }),
    });
    return {
      processes: {
        web: { command: ["node", "server.js"], args: ["--name", "the app"], default: true },
        worker: { command: ["node"] },
      },
    };
  },
});

test("the debug log shows how a build changes environment and processes, without secrets", async () => {
  const { stdout, log } = await build(buildpack, { env: { BP_LOG_LEVEL: "debug" } });
  expect(stdout).toBe(`\
  Creating layer tools: this layer is not cached
  Layer tools, for build: override NPM_TOKEN=***
  Layer tools, for build: override REGISTRY=https://***@npm.test/
  Layer tools, for launch: default 'GREETING=good day'
  Layer tools, for launch of web: default PORT=8080
  Layer tools, for build and launch: prepend PATH=/opt/bin
  Layer tools, for build and launch: override TOOLS_HOME=<layers>/tools
  Process web (default): node server.js --name 'the app'
  Process worker: node
`);
  expect(log).toEqual([]);
});

test("a build does not log its effects without BP_LOG_LEVEL=debug", async () => {
  expect((await build(buildpack)).stdout).toBe("");
});
