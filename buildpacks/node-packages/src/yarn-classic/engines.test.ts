// @needs processes
import { resolve } from "node:path";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import nodePackages from "../buildpack.ts";
import { machineEnv } from "../test-machine.ts";

const built = (env: Readonly<Record<string, string>>) =>
  build(nodePackages, {
    buildpack: resolve(import.meta.dirname, "../.."),
    app: {
      "package.json": '{"name":"app","packageManager":"yarn@1.22.22","engines":{"node":"^12"}}',
      "yarn.lock": "# yarn lockfile v1\n",
    },
    env: { ...machineEnv, ...env },
    downloads: "real",
  });

test("Yarn 1 checks engines.node unless BP_NODE_VERSION is set", async () => {
  await expect(built({})).rejects.toMatchObject({ code: "PACKAGES_ENGINE_UNSUITABLE" });
  expect((await built({ BP_NODE_VERSION: "24" })).log).toContain(
    "engines.node is not checked: BP_NODE_VERSION takes precedence",
  );
});
