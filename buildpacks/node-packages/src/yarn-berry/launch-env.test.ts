import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { expect, test } from "vitest";
import { launchEnvironment } from "./launch-env.ts";

test.each<[string, FileMap, string, Readonly<Record<string, string>>]>([
  ["node_modules", { "node_modules/a/index.js": "" }, "", {}],
  ["PnP", { ".pnp.cjs": "" }, "", { NODE_OPTIONS: "--require <app>/.pnp.cjs" }],
  ["PnP of Yarn 2", { ".pnp.js": "" }, "", { NODE_OPTIONS: "--require <app>/.pnp.js" }],
  [
    "PnP with modules",
    { "apps/.pnp.cjs": "", "apps/.pnp.loader.mjs": "" },
    "apps",
    { NODE_OPTIONS: "--require <app>/apps/.pnp.cjs --experimental-loader file://<app>/apps/.pnp.loader.mjs" },
  ],
])("Yarn's launch environment: %s", async (_, files, root, expected) => {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-yarn-"));
  try {
    await writeFiles(dir, files);
    const found = launchEnvironment({ app: { path: (...names) => join(dir, ...names) }, dirs: { root, dir: root } });
    expect(JSON.parse(JSON.stringify(found).replaceAll(dir, "<app>"))).toEqual(expected);
  } finally {
    await rm(dir, { recursive: true });
  }
});
