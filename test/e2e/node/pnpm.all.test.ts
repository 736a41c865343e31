import { beforeAll, test } from "vitest";
import { type AppCase, type AppWorld, expectLife } from "../../support/apps/app-cases.ts";
import type { Command } from "../../support/apps/app-tools.ts";
import {
  likeSmall,
  locks,
  packageJson,
  server,
  slices,
  small,
  workspaceFiles,
  workspaceLife,
} from "../../support/node/apps.ts";
import { nodeWorld } from "../../support/node/world.ts";

let world: AppWorld;
beforeAll(async () => {
  world = await nodeWorld();
});

const versions = ["8.15.9", "9.15.9", "11.28.11", "12.21.0"];
const lock = (version: string): Command => [`pnpm@${version}`, "install", "--lockfile-only"];
const ofVersion = (version: string, parts: object = {}) => ({
  files: small.files({ packageManager: `pnpm@${version}`, ...parts }),
  commands: [lock(version)],
});

const members = { "pnpm-workspace.yaml": "packages: [packages/*]\n" };
const own = (version: string) => ({ ...workspaceFiles("workspace:*"), ...members, ...rootOf(version) });
const rootOf = (version: string) => ({
  "package.json": packageJson({
    private: true,
    packageManager: `pnpm@${version}`,
    scripts: { start: "node packages/api/server.js" },
  }),
});

/** One patch, and versions by catalog. */
const patched = {
  ...small.files({ packageManager: "pnpm@10.34.9", dependencies: { "is-number": "catalog:", ms: "catalog:" } }),
  "pnpm-workspace.yaml": `packages: []
catalog: { is-number: 7.0.0, ms: 2.1.3 }
patchedDependencies: { is-number@7.0.0: patches/is-number.patch }
`,
  "patches/is-number.patch": `diff --git a/index.js b/index.js
--- a/index.js
+++ b/index.js
@@ -8,1 +8,1 @@
-'use strict';
+module.exports = () => "patched"; return;
`,
};

const cases: readonly AppCase[] = [
  ...versions.map((version) =>
    likeSmall(`version ${version}`, {
      app: ofVersion(version),
      says: [`pnpm ${version}`, "Packages in the image: 2"],
      upgraded: { app: ofVersion(version, small.upgrade), moved: ["SBOM", slices.modules, slices.code] },
    }),
  ),
  ...["10.34.9", "12.21.0"].map((version) => ({
    name: `workspaces, version ${version}`,
    ...workspaceLife,
    app: { files: own(version), commands: [lock(version)] },
  })),
  likeSmall("a flat node_modules directory", {
    app: { files: { ...small.files(), ".npmrc": "node-linker=hoisted\n" }, commands: [locks.pnpm] },
  }),
  {
    name: "a patched package and catalog versions",
    app: { files: patched, commands: [locks.pnpm] },
    says: ["Packages in the image: 2"],
    answers: { "/": { time: "2d", odd: "patched" } },
    changed: {
      files: { "server.js": server(`require("is-number")(2)`) },
      answers: { "/": "patched" },
      moved: [slices.code],
    },
  },
  likeSmall("a lockfile of Bun", { app: { files: small.files(), commands: [locks.bun] } }),
];

test.for(cases)("a pnpm app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world),
);
