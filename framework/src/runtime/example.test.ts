import { expect, test } from "vitest";
import * as cnb from "../index.ts";
import { build, detect } from "../testing/index.ts";

const {
  cachedLayer,
  cycloneDx,
  defaultTo,
  defineBuildpack,
  dependency,
  explain,
  fail,
  optional,
  override,
  pass,
  string,
  table,
} = cnb;
const node = dependency("node", table({ version: optional(string) }));
const runtime = cachedLayer("runtime", {
  build: true,
  launch: true,
  metadata: table({ version: string, arch: string }),
});

const buildpack = defineBuildpack({
  async detect({ app }) {
    if (!(await app.exists("package.json"))) return fail("no package.json in the application directory");
    return pass({ provides: [node], requires: [node.require({ version: "22" })] });
  },
  async build({ layers, log, plan, target, run }) {
    const version = plan.first(node)?.version ?? "1";
    await layers.provide(runtime, {
      metadata: { version, arch: target.arch },
      async create({ path, reason }) {
        log.step(`Installing Node.js ${version} (${explain(reason)})`);
        await run("sh", ["-c", `mkdir ${path}/bin; echo hi`]);
      },
      env: ({ path }) => ({ shared: { NODE_HOME: override(path) }, launch: { NODE_ENV: defaultTo("production") } }),
      sbom: () => [cycloneDx([{ name: "node", version, purl: `pkg:generic/node@${version}` }])],
    });
    await run("sh", ["-c", "echo $PATH $NODE_HOME"]);
    return { processes: { web: { command: ["node"], args: ["server.js"], default: true } } };
  },
});
test("x", async () => {
  console.log(
    JSON.stringify(await detect(buildpack, {}), null, 1),
    JSON.stringify(await detect(buildpack, { app: { "package.json": "" } }), null, 1),
  );
  const first = await build(buildpack, { plan: { node: [{ version: "22.1.0" }] } });
  console.log(first);
  console.log(
    await build(buildpack, {
      plan: { node: [{ version: "22.1.0" }] },
      layers: first.layers,
      target: { os: "linux", arch: "arm64" },
    }),
  );
  expect(1).toBe(1);
});
