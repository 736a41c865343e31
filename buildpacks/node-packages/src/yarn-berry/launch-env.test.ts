import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { expect, test } from "vitest";
import { launchEnvironment } from "./berry.ts";

test.each<[string, FileMap, string, Readonly<Record<string, string>>]>([
  ["are unset if the app uses node_modules", { "node_modules/a/index.js": "" }, "", {}],
  ["load .pnp.cjs if the app uses Plug'n'Play", { ".pnp.cjs": "" }, "", { NODE_OPTIONS: "--require <app>/.pnp.cjs" }],
  [
    "load .pnp.js if the app uses Plug'n'Play of Yarn 2",
    { ".pnp.js": "" },
    "",
    { NODE_OPTIONS: "--require <app>/.pnp.js" },
  ],
  [
    "also load .pnp.loader.mjs if the app has this file",
    { "apps/.pnp.cjs": "", "apps/.pnp.loader.mjs": "" },
    "apps",
    { NODE_OPTIONS: "--require <app>/apps/.pnp.cjs --experimental-loader file://<app>/apps/.pnp.loader.mjs" },
  ],
])("the NODE_OPTIONS that the buildpack sets for an app of Yarn %s", async (_, files, root, expected) => {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-yarn-"));
  try {
    await writeFiles(dir, files);
    const found = launchEnvironment({ app: { path: (...names) => join(dir, ...names) }, dirs: { root, dir: root } });
    expect(JSON.parse(JSON.stringify(found).replaceAll(dir, "<app>"))).toEqual(expected);
  } finally {
    await rm(dir, { recursive: true });
  }
});
