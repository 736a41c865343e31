import { resolve } from "node:path";
import "libcnb/testing/vitest";
import { detect, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import frontEnd from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
type Env = Readonly<Record<string, string>>;

const scripts = (each: Readonly<Record<string, string>>) => JSON.stringify({ name: "shop", scripts: each });
const vite = scripts({ build: "vite build", dev: "vite" });
const tools = scripts({ format: "prettier ." });
const pom = (plugin: string) => `<project><build><plugins><plugin>${plugin}</plugin></plugins></build></project>`;

describe("detect passes for", () => {
  test.for<[string, FileMap, Env]>([
    ["a script for the build in the root", { "package.json": vite, "manage.py": "" }, {}],
    ["a front end in a folder", { "frontend/package.json": vite, "app.py": "" }, {}],
    ["a folder of django-tailwind", { "theme/static_src/package.json": vite, "manage.py": "" }, {}],
    ["a folder that is named", { "apps/shop/package.json": vite }, { BP_NODE_PROJECT_PATH: "./apps/shop/" }],
    ["a script that is named", { "package.json": scripts({ css: "sass" }) }, { BP_NODE_RUN_SCRIPTS: "css" }],
    ["Heroku's name of the script", { "package.json": scripts({ "heroku-postbuild": "webpack" }) }, {}],
    [
      "the folder of a Python project",
      { "api/frontend/package.json": vite, "package.json": tools },
      { BP_PYTHON_PROJECT_PATH: "api" },
    ],
    ["the folder of a Java project", { "api/package.json": vite, "api/pom.xml": "" }, { BP_JAVA_PROJECT_PATH: "api" }],
    ["Maven that calls npm", { "pom.xml": pom("<executable>npm</executable>"), "package.json": vite }, {}],
    ["Gradle that calls npm", { "build.gradle": "tasks.register('ui', Exec) { commandLine 'npm', 'ci' }" }, {}],
    ["the node plugin of Gradle", { "build.gradle.kts": 'plugins { id("com.github.node-gradle.node") }' }, {}],
    [
      "a module with the node plugin",
      { "settings.gradle": "", "frontend/build.gradle": "id 'com.github.node-gradle.node'" },
      {},
    ],
    ["BP_JAVA_INSTALL_NODE", { "pom.xml": "" }, { BP_JAVA_INSTALL_NODE: "true", BP_FRONT_END: "false" }],
    [
      "the node plugin of Gradle that brings Node.js, and BP_JAVA_INSTALL_NODE",
      { "build.gradle": "id 'com.github.node-gradle.node'\nnode { download = true }" },
      { BP_JAVA_INSTALL_NODE: "true" },
    ],
  ])("%s", async ([, app, env]) => {
    const outcome = await detect(frontEnd, { buildpack, app, env });
    expect(outcome).toPass();
    expect(outcome).toProvide("front_end");
    expect(outcome).toRequire("front_end");
  });
});

describe("detect fails for", () => {
  const none = "no package.json has a script for the build of a front end";

  test.for<[string, FileMap, Env, string]>([
    ["tools", { "package.json": tools, "manage.py": "" }, {}, none],
    ["an empty script", { "package.json": scripts({ build: "" }) }, {}, none],
    [
      "a script that builds the app in another language",
      { "package.json": scripts({ build: "python -m build" }) },
      {},
      none,
    ],
    ["a script that builds an image", { "package.json": scripts({ build: "docker build ." }) }, {}, none],
    ["a package.json that is not JSON", { "package.json": "{", "app.py": "" }, {}, none],
    ["documentation", { "docs/package.json": vite }, {}, none],
    ["scripts that are switched off", { "package.json": vite }, { BP_NODE_RUN_SCRIPTS: "" }, none],
    [
      "a folder beside the project",
      { "frontend/package.json": vite, "api/app.py": "" },
      { BP_PYTHON_PROJECT_PATH: "api" },
      none,
    ],
    ["BP_FRONT_END=false", { "package.json": vite }, { BP_FRONT_END: "false" }, "BP_FRONT_END is false"],
    [
      "frontend-maven-plugin",
      { "pom.xml": pom("<artifactId>frontend-maven-plugin</artifactId>"), "package.json": vite },
      {},
      "frontend-maven-plugin in pom.xml installs Node.js itself",
    ],
    [
      "a node plugin of Gradle that downloads Node.js",
      { "build.gradle": "id 'com.github.node-gradle.node'\nnode { download = true }", "package.json": vite },
      {},
      "the node plugin in build.gradle installs Node.js itself",
    ],
    [
      "Maven that calls npm, and BP_JAVA_INSTALL_NODE=false",
      { "pom.xml": pom("<executable>npm</executable>") },
      { BP_JAVA_INSTALL_NODE: "false" },
      "BP_JAVA_INSTALL_NODE is false",
    ],
  ])("%s", async ([, app, env, reason]) => {
    expect(await detect(frontEnd, { buildpack, app, env })).toFail(reason);
  });
});
