import { expect, test } from "vitest";
import { override, prepend } from "../env/modification.ts";
import { inTemporaryDirectory } from "../host/files/temporary-directory.ts";
import { type Tree, writeFileMap } from "../host/files/tree.ts";
import { cachedLayer, temporaryLayer } from "../layer/definition.ts";
import { recordingLogger } from "../logger/recording-logger.ts";
import { string, table } from "../spec/schemas/schema.ts";
import { type BuildLayers, buildLayers } from "./build-layers.ts";
import { realPorts } from "./ports.ts";

const empty = { create() {} };
const tools = (layer: string) => ({ create: ({ path }: { path: string }) => writeFileMap(path, { "bin/": layer }) });

/** Uses layers, and gives the environment and the log afterwards. */
async function using(
  use: (layers: BuildLayers) => Promise<unknown>,
  {
    env = {},
    userEnv: user = {},
    restored = {},
  }: { env?: Record<string, string>; userEnv?: Record<string, string>; restored?: Tree } = {},
): Promise<{ env: Record<string, string>; log: readonly string[] }> {
  return inTemporaryDirectory(async (layersDir) => {
    await writeFileMap(layersDir, restored);
    const log = recordingLogger();
    const { compiledExecD } = realPorts;
    const directories = { layersDir, buildpackDir: layersDir };
    const inputs = { ...directories, compiledExecD, execEnv: "production", emit: async () => ({}), log };
    await use(await buildLayers({ ...inputs, env, overlay: { user, operator: new Map() } }));
    const named = Object.entries(env).map(([name, value]) => [name, value.replaceAll(layersDir, "")]);
    return { env: Object.fromEntries(named), log: log.lines };
  });
}

test("the build environment combines all earlier build layers, ordered by name", async () => {
  const seen: (string | undefined)[] = [];
  const env = { PATH: "/bin" };
  const after = await using(
    async (layers) => {
      await layers.provide(temporaryLayer("b"), tools("b"));
      seen.push(env.PATH.replace(/\/[^:]*libcnb-[^/:]+/g, ""));
      await layers.provide(temporaryLayer("a"), {
        ...tools("a"),
        env: () => ({ build: { PATH: prepend("/a-env") }, launch: { PATH: prepend("/launch") } }),
      });
      await layers.provide(temporaryLayer("c", { build: false, launch: true }), tools("c"));
    },
    { env },
  );
  expect([seen, after.env]).toEqual([["/b/bin:/bin"], { PATH: "/b/bin:/a-env:/a/bin:/bin" }]);
});

test("the user's variables take precedence over variables of layers", async () => {
  const userEnv = { PATH: "/mine", NODE_ENV: "test" };
  const { env } = await using(
    (layers) =>
      layers.provide(temporaryLayer("a"), {
        ...tools("a"),
        env: () => ({ shared: { NODE_ENV: override("production"), OTHER: override("1") } }),
      }),
    { env: { PATH: "/mine:/bin", NODE_ENV: "test" }, userEnv },
  );
  expect(env).toEqual({ PATH: "/mine:/a/bin:/bin", NODE_ENV: "test", OTHER: "1" });
});

test("the build warns if two layers change the same variable and only the layers' names determine their order", async () => {
  const tool = (name: string) => ({
    create: ({ path }: { path: string }) => writeFileMap(path, { [`bin/${name}`]: "" }),
  });
  const { log } = await using(async (layers) => {
    await layers.provide(temporaryLayer("b"), tool("node"));
    await layers.provide(temporaryLayer("a"), tool("node"));
    await layers.provide(temporaryLayer("d"), tool("npm"));
    await layers.provide(temporaryLayer("c", { order: 1 }), empty);
    await layers.finish();
  });
  expect(log).toEqual([
    "Layers a and b both change PATH: only their names decide which change is applied last. Set order for each of them.",
  ]);
});

test("the log shows why a restored layer is rebuilt, unless the layer is declared as quiet", async () => {
  const metadata = table({ version: string });
  const restored = Object.fromEntries(
    ["old", "quiet", "same", "gone"].flatMap((name) => [
      [`${name}.toml`, `[metadata]\nversion = "1"\n`],
      [`${name}/a`, ""],
    ]),
  );
  const { log } = await using(
    async (layers) => {
      const wanted = (name: string) => cachedLayer(name, { metadata });
      await layers.provide(wanted("old"), { metadata: { version: "2" }, ...empty });
      await layers.provide(wanted("quiet"), { metadata: { version: "2" }, quiet: true, ...empty });
      await layers.provide(wanted("same"), { metadata: { version: "1" }, ...empty });
      await layers.provide(wanted("new"), { metadata: { version: "1" }, ...empty });
      await layers.finish();
    },
    { restored },
  );
  expect(log).toEqual([`Rebuilding layer old: version changed from "1" to "2"`]);
});
