import { resolve } from "node:path";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import nodePackages from "../buildpack.ts";
import { machineEnv } from "../test-machine.ts";

const buildpack = resolve(import.meta.dirname, "../..");

test.for(["npm", "yarn@1", "yarn@4", "pnpm@10", "bun"])(
  "BP_NODE_VENDORED uses the app's node_modules with %s",
  async (manager) => {
    const outcome = await build(nodePackages, {
      buildpack,
      app: {
        "package.json": JSON.stringify({ name: "app", dependencies: { ms: "^2" }, scripts: { build: "here" } }),
        "node_modules/only-here/package.json": '{"name":"only-here","version":"1.2.3","bin":{"here":"bin.js"}}',
        "node_modules/only-here/bin.js": "#!/usr/bin/env node\nrequire('node:fs').writeFileSync('ran', 'yes')",
      },
      env: { ...machineEnv, BP_NODE_VENDORED: "true", BP_NODE_PACKAGE_MANAGER: manager },
      downloads: "real",
    });
    expect(outcome.log).toContain("Using node_modules of the app: BP_NODE_VENDORED is true");
    expect([outcome.app.ran, Object.keys(outcome.app).filter((path) => path.startsWith("node_modules/ms"))]).toEqual([
      "yes",
      [],
    ]);
  },
);
