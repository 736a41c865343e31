import { beforeAll, test } from "vitest";
import type { App } from "../../support/apps/app.ts";
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

const lockfileVersion = (version: number): Command => [...locks.npm, `--lockfile-version=${version}`];
const workspaces = workspaceFiles();
const grown = {
  ...workspaces,
  "packages/words/package.json": packageJson({
    name: "@acme/words",
    main: "words.js",
    dependencies: { "is-number": "7.0.0" },
  }),
};

/** A package that carries its dependency with it, as an archive in the app. */
const bundling = {
  "bundles/package.json": packageJson({
    name: "@acme/bundles",
    main: "index.js",
    bundleDependencies: ["is-odd"],
    dependencies: { "is-odd": "3.0.1" },
  }),
  "bundles/index.js": `module.exports = require("is-odd");\n`,
};

const kinds: App = {
  files: {
    ...bundling,
    "package.json": packageJson({
      scripts: { start: "node server.js" },
      dependencies: { "@acme/bundles": "file:acme-bundles-1.0.0.tgz", ms: "2.1.3", "use-sync-external-store": "1.5.0" },
      optionalDependencies: { fsevents: "2.3.3", "is-number": "7.0.0" },
    }),
    "server.js": server(`{
      time: require("ms")(60000), odd: require("@acme/bundles")(3), number: require("is-number")(1),
      peer: typeof require("react").version, optional: require("node:fs").existsSync("node_modules/fsevents") }`),
  },
  commands: [["npm@11.21.2", "install", "--prefix", "bundles"], ["npm@11.21.2", "pack", "./bundles"], locks.npm],
  without: ["bundles"],
};

const vendored = {
  ...small.files(),
  ".gitignore": "node_modules\n",
  "node_modules/ms/package.json": packageJson({ name: "ms", version: "2.1.2" }),
  "node_modules/ms/index.js": `throw new Error("of another machine");\n`,
};

const cases: readonly AppCase[] = [
  likeSmall("a lockfile of version 1", { app: { files: small.files(), commands: [lockfileVersion(1)] } }),
  likeSmall("a lockfile of version 2", { app: { files: small.files(), commands: [lockfileVersion(2)] } }),
  likeSmall("npm-shrinkwrap.json", {
    app: { files: small.files(), commands: [locks.npm, ["npm@11.21.2", "shrinkwrap"]] },
  }),
  likeSmall("no lockfile", {
    app: { files: small.files() },
    says: ["package-lock.json", "Packages in the image: 2"],
  }),
  likeSmall("an npm version in packageManager", {
    app: { files: small.files({ packageManager: "npm@11.6.1" }), commands: [locks.npm] },
    says: ["npm 11.6.1", "Packages in the image: 2"],
  }),
  likeSmall("an npm version in engines", {
    app: { files: small.files({ engines: { node: "22.x", npm: "^10.9.0" } }), commands: [locks.npm] },
    says: ["Node.js 22.", "npm 10.9."],
  }),
  likeSmall("node_modules from the developer's machine", { app: { files: vendored, commands: [locks.npm] } }),
  {
    name: "workspaces",
    app: { files: workspaces, commands: [locks.npm] },
    ...workspaceLife,
    processes: { web: "node packages/api/server.js" },
    upgraded: {
      app: { files: grown, commands: [locks.npm] },
      moved: ["SBOM", slices.modules, slices.code],
    },
  },
  {
    name: "optional, peer and bundled dependencies",
    app: kinds,
    says: ["Packages in the image"],
    answers: { "/": { time: "1m", odd: true, number: true, peer: "string", optional: false } },
  },
];

test.for(cases)("an npm app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world),
);
