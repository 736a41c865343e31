import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { App } from "../../support/apps/app.ts";
import { type AppCase, type AppWorld, expectLife, failureOf } from "../../support/apps/app-cases.ts";
import { root } from "../../support/cnb.ts";
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

/** Says in the image which scripts ran, and in which environment. */
const scripted = (scripts: object): App => ({
  files: {
    "package.json": packageJson({
      scripts: { start: "node server.js", ...scripts },
      devDependencies: { ms: "2.1.3" },
    }),
    "note.js": `const text = process.argv[2] + " " + (process.env.NODE_ENV ?? "-") + " " + require("ms")(60000);
require("node:fs").appendFileSync("notes.txt", text + "\\n");
`,
    "server.js": server(`{
      notes: require("node:fs").existsSync("notes.txt") ? require("node:fs").readFileSync("notes.txt", "utf8").split("\\n") : [],
      env: process.env.NODE_ENV, development: require("node:fs").existsSync("node_modules/ms") }`),
  },
  commands: [locks.npm],
});

const hooks = { prebuild: "node note.js prebuild", build: "node note.js build", postbuild: "node note.js postbuild" };
const noted = (...names: readonly string[]) => ({
  "/": {
    env: "production",
    development: false,
    notes: names.length === 0 ? [] : [...names.map((name) => `${name} - 1m`), ""],
  },
});

/** In one repository, but with nothing in common. */
const apart = Object.fromEntries(Object.entries(small.files()).map(([path, text]) => [`services/api/${path}`, text]));

const express = join(root, "test/fixtures/apps/express-service");

const versionFile = (name: string, text: string, says: readonly string[]): AppCase =>
  likeSmall(`${name} ${text}`, {
    app: { files: { ...small.files(), [name]: `${text}\n` }, commands: [locks.npm] },
    says,
  });

const cases: readonly AppCase[] = [
  {
    name: "prebuild and postbuild scripts",
    app: scripted(hooks),
    says: ["> app@1.0.0 prebuild", `"build"`, "> app@1.0.0 postbuild"],
    answers: noted("prebuild", "build", "postbuild"),
  },
  {
    name: "scripts listed in BP_NODE_RUN_SCRIPTS",
    app: scripted({ ...hooks, assets: "node note.js assets" }),
    env: { BP_NODE_RUN_SCRIPTS: "assets,build" },
    says: [`"assets"`, `"build"`],
    answers: noted("assets", "prebuild", "build", "postbuild"),
  },
  {
    name: "an empty BP_NODE_RUN_SCRIPTS",
    app: scripted(hooks),
    env: { BP_NODE_RUN_SCRIPTS: "" },
    says: ["BP_NODE_RUN_SCRIPTS"],
    answers: noted(),
  },
  { name: "an empty build script", app: scripted({ build: "" }), says: [], answers: noted() },
  likeSmall("a subdirectory in BP_NODE_PROJECT_PATH", {
    app: { files: apart, commands: [["npm@11.21.2", "install", "--package-lock-only", "--prefix", "services/api"]] },
    env: { BP_NODE_PROJECT_PATH: "services/api" },
    processes: { web: "node server.js" },
    changed: {
      files: { "services/api/server.js": server(`"other"`) },
      answers: { "/": "other" },
      moved: [slices.code],
    },
  }),
  {
    name: "a workspace in BP_NODE_PROJECT_PATH",
    ...workspaceLife,
    app: { files: workspaceFiles(), commands: [locks.npm] },
    env: { BP_NODE_PROJECT_PATH: "packages/api" },
  },
  {
    name: "TypeScript with Express",
    app: { folder: express },
    says: [`Running the script "build"`, "Packages in the image: 68"],
    processes: { web: "node dist/server.js" },
    answers: {
      "/": expect.objectContaining({ greeting: "Hello from Express", nodeEnv: "production" }),
      "/missing": [404, /Cannot GET/],
    },
  },
  versionFile(".nvmrc", "v22", ["Node.js 22.", ".nvmrc"]),
  versionFile(".nvmrc", "lts/jod", ["Node.js 22.", ".nvmrc"]),
  versionFile(".node-version", "20", ["Node.js 20.", ".node-version"]),
  likeSmall("a version in BP_NODE_VERSION rather than in its files", {
    app: { files: { ...small.files({ engines: { node: "22.x" } }), ".nvmrc": "20\n" }, commands: [locks.npm] },
    env: { BP_NODE_VERSION: "^24" },
    says: ["Node.js 24.", "BP_NODE_VERSION", "engines.node", ".nvmrc"],
  }),
  likeSmall("devEngines in package.json", {
    app: {
      files: small.files({ devEngines: { runtime: { name: "node", version: "^22", onFail: "ignore" } } }),
      commands: [locks.npm],
    },
    says: ["Node.js 22.", "devEngines"],
  }),
];

test.for(cases)("a Node.js app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world),
);

const failures: readonly { readonly name: string; readonly app: App; readonly says: readonly string[] }[] = [
  {
    name: "lockfiles of two package managers",
    app: { files: small.files(), commands: [locks.npm, locks.yarn], without: ["node_modules"] },
    says: ["NODE_LOCKFILES_CONFLICT", "package-lock.json", "yarn.lock"],
  },
  {
    name: "a lockfile of another package manager than packageManager",
    app: { files: small.files({ packageManager: "pnpm@10.34.9" }), commands: [locks.npm] },
    says: ["NODE_LOCKFILE_OF_ANOTHER", "package-lock.json", "pnpm"],
  },
  {
    name: "a Node.js version that does not exist",
    app: { files: small.files({ engines: { node: "19.x" } }), commands: [locks.npm] },
    says: ["VERSION_UNAVAILABLE", "engines.node", "20.20.2"],
  },
  {
    name: "a package that does not exist",
    app: { files: small.files({ dependencies: { "@libcnb-test/none-of-this-name": "1.0.0" } }) },
    says: ["PACKAGES_UNKNOWN", "@libcnb-test/none-of-this-name"],
  },
  {
    name: "a build script that fails",
    app: scripted({ build: "echo what I did last; exit 3" }),
    says: ["SCRIPT_FAILED", "what I did last", `"build"`],
  },
];

test.for(failures)("cnb build reports $name", async ({ app, says }) => {
  const log = await failureOf(app, world);
  expect(says.filter((text) => !log.includes(text))).toEqual([]);
});
