import { beforeAll, test } from "vitest";
import { type AppCase, type AppWorld, expectLife } from "../../support/apps/app-cases.ts";
import type { Command } from "../../support/apps/app-tools.ts";
import { likeSmall, locks, slices, small, workspaceFiles, workspaceLife } from "../../support/node/apps.ts";
import { nodeWorld } from "../../support/node/world.ts";

let world: AppWorld;
beforeAll(async () => {
  world = await nodeWorld();
});

const berry = { packageManager: "yarn@4.18.1" };
const install: Command = ["@yarnpkg/cli-dist@4.18.1", "install"];
const linker = (name: string) => ({ ".yarnrc.yml": `nodeLinker: ${name}\n` });
const modules = { ...linker("node-modules"), ...small.files(berry) };
const plugAndPlay = { ".yarnrc.yml": "enableGlobalCache: false\n", ...small.files(berry) };
const vendoring = { ".yarnrc.yml": "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.18.1.cjs\n" };

const cases: readonly AppCase[] = [
  {
    name: "Yarn 1 and workspaces",
    ...workspaceLife,
    app: { files: workspaceFiles("1.0.0"), commands: [locks.yarn], without: ["node_modules"] },
  },
  likeSmall("Yarn 1 and an offline mirror", {
    app: {
      files: { ...small.files(), ".yarnrc": `yarn-offline-mirror "./offline"\n` },
      commands: [locks.yarn],
      without: ["node_modules"],
    },
  }),
  likeSmall("Yarn 1 and a version in packageManager, but no lockfile", {
    app: { files: small.files({ packageManager: "yarn@1.22.19" }) },
    says: ["yarn.lock", "1.22.19", "Packages in the image: 2"],
  }),
  likeSmall("Yarn Berry and a node_modules directory", {
    app: { files: modules, commands: [locks.berry] },
    upgraded: {
      app: { files: { ...modules, ...small.files({ ...berry, ...small.upgrade }) }, commands: [locks.berry] },
      moved: ["SBOM", slices.modules, slices.code],
    },
  }),
  likeSmall("Yarn Berry and the pnpm linker", {
    app: { files: { ...linker("pnpm"), ...small.files(berry) }, commands: [locks.berry] },
  }),
  likeSmall("Yarn 3", {
    app: {
      files: { ...linker("node-modules"), ...small.files({ packageManager: "yarn@3.8.7" }) },
      commands: [["@yarnpkg/cli-dist@3.8.7", "install"]],
      without: ["node_modules"],
    },
  }),
  {
    name: "Yarn Berry and Plug'n'Play with a zero-install cache",
    app: { files: plugAndPlay, commands: [install] },
    says: ["Packages in the image: 2"],
    answers: small.answers,
    changed: { ...small.changed, moved: [slices.code] },
  },
  likeSmall("Yarn Berry and a Yarn release in the repository", {
    app: {
      files: { ...small.files(), ...vendoring },
      vendored: { ".yarn/releases/yarn-4.18.1.cjs": ["@yarnpkg/cli-dist@4.18.1", "bin/yarn.js"] },
      commands: [locks.berry],
    },
    says: ["yarnPath in .yarnrc.yml", "Packages in the image: 2"],
    changed: { ...small.changed, moved: ["app slice 3 of 3"] },
  }),
  {
    name: "Yarn Berry and workspaces with node_modules",
    ...workspaceLife,
    app: {
      files: { ...linker("node-modules"), ...workspaceFiles("workspace:*") },
      commands: [locks.berry],
    },
  },
  {
    name: "Yarn Berry and workspaces with Plug'n'Play",
    ...workspaceLife,
    app: { files: workspaceFiles("workspace:*"), commands: [locks.berry] },
  },
  likeSmall("Yarn 1", { app: { files: small.files(), commands: [locks.yarn], without: ["node_modules"] } }),
];

test.for(cases)("an app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world),
);
