import { cachedLayer, defineBuildpack, dependency, override, pass, s } from "libcnb";
import { build, detect, group, rebuild } from "libcnb/testing";
import { type Figure, plain, secondsOf } from "./figure.ts";

const node = dependency("node", s.table({ version: s.string }));
const runtime = cachedLayer("runtime", { build: true, launch: true, metadata: s.table({ version: s.string }) });

/** A buildpack as authors write them: reads the application, runs a tool, provides a layer, says what it does. */
const buildpack = defineBuildpack({
  detect: async ({ app }) => {
    const { version } = (await app.readJson("package.json")) as { readonly version: string };
    return pass({ provides: [node], requires: [node.require({ version })] });
  },
  async build({ layers, log, plan, run }) {
    const version = plan.first(node)?.version ?? "22";
    await layers.provide(runtime, {
      metadata: { version },
      async create({ path }) {
        log.step(`Installing Node.js ${version}`);
        await run("tar", ["-xf", "node.tar", "-C", path]);
      },
      env: ({ path }) => ({ shared: { NODE_HOME: override(path) } }),
    });
    return { processes: { web: { command: ["node", "server.js"], default: true } } };
  },
});

const app = { "package.json": `{ "version": "22" }`, "server.js": "" };
const commands = { tar: () => ({ files: { unpacked: "yes" } }) };
const given = { app, commands, plan: { node: [{ version: "22" }] } };

/** One test of each kind. */
async function fourTests(): Promise<void> {
  await detect(buildpack, { app });
  await build(buildpack, given);
  await rebuild(buildpack, await build(buildpack, given));
  await group({ order: [["acme/node"]], buildpacks: { "acme/node": buildpack }, app, commands });
}

/** The test kit: a hundred tests of a buildpack, one after the other. */
export async function* testkitRate(): AsyncGenerator<Figure> {
  await fourTests(); // loads what tests load once
  const seconds = await secondsOf(async () => {
    for (let round = 0; round < 25; round++) await fourTests();
  });
  yield plain("100 tests of a buildpack", seconds, "s", 1);
}
