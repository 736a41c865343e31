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
    ["a build script in the root", { "package.json": vite, "manage.py": "" }, {}],
    ["a front end in the directory frontend", { "frontend/package.json": vite, "app.py": "" }, {}],
    ["the directory of django-tailwind", { "theme/static_src/package.json": vite, "manage.py": "" }, {}],
    [
      "a front end in BP_NODE_PROJECT_PATH",
      { "apps/shop/package.json": vite },
      { BP_NODE_PROJECT_PATH: "./apps/shop/" },
    ],
    ["a script in BP_NODE_RUN_SCRIPTS", { "package.json": scripts({ css: "sass" }) }, { BP_NODE_RUN_SCRIPTS: "css" }],
    ["the script heroku-postbuild", { "package.json": scripts({ "heroku-postbuild": "webpack" }) }, {}],
    [
      "a front end in the directory of a Python project",
      { "api/frontend/package.json": vite, "package.json": tools },
      { BP_PYTHON_PROJECT_PATH: "api" },
    ],
    [
      "a front end in the directory of a Java project",
      { "api/package.json": vite, "api/pom.xml": "" },
      { BP_JAVA_PROJECT_PATH: "api" },
    ],
    ["a pom that calls npm", { "pom.xml": pom("<executable>npm</executable>"), "package.json": vite }, {}],
    [
      "a Gradle script that calls npm",
      { "build.gradle": "tasks.register('ui', Exec) { commandLine 'npm', 'ci' }" },
      {},
    ],
    ["Gradle's node plugin", { "build.gradle.kts": 'plugins { id("com.github.node-gradle.node") }' }, {}],
    [
      "Gradle's node plugin in a module",
      { "settings.gradle": "", "frontend/build.gradle": "id 'com.github.node-gradle.node'" },
      {},
    ],
    ["BP_JAVA_INSTALL_NODE=true", { "pom.xml": "" }, { BP_JAVA_INSTALL_NODE: "true", BP_FRONT_END: "false" }],
    [
      "Gradle's node plugin that downloads Node.js, with BP_JAVA_INSTALL_NODE=true",
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
  const none = "no package.json has a script that builds a front end";

  test.for<[string, FileMap, Env, string]>([
    ["a package.json with scripts for tools only", { "package.json": tools, "manage.py": "" }, {}, none],
    ["an empty build script", { "package.json": scripts({ build: "" }) }, {}, none],
    [
      "a script that builds the app in another language",
      { "package.json": scripts({ build: "python -m build" }) },
      {},
      none,
    ],
    ["a script that builds an image", { "package.json": scripts({ build: "docker build ." }) }, {}, none],
    ["a package.json that is not JSON", { "package.json": "{", "app.py": "" }, {}, none],
    ["a package.json in the directory docs", { "docs/package.json": vite }, {}, none],
    ["an empty BP_NODE_RUN_SCRIPTS", { "package.json": vite }, { BP_NODE_RUN_SCRIPTS: "" }, none],
    [
      "a directory next to the project",
      { "frontend/package.json": vite, "api/app.py": "" },
      { BP_PYTHON_PROJECT_PATH: "api" },
      none,
    ],
    ["BP_FRONT_END=false", { "package.json": vite }, { BP_FRONT_END: "false" }, "BP_FRONT_END is false"],
    [
      "a pom with frontend-maven-plugin",
      { "pom.xml": pom("<artifactId>frontend-maven-plugin</artifactId>"), "package.json": vite },
      {},
      "frontend-maven-plugin in pom.xml installs Node.js itself",
    ],
    [
      "Gradle's node plugin that downloads Node.js",
      { "build.gradle": "id 'com.github.node-gradle.node'\nnode { download = true }", "package.json": vite },
      {},
      "the Node.js plugin in build.gradle installs Node.js itself",
    ],
    [
      "a pom that calls npm, with BP_JAVA_INSTALL_NODE=false",
      { "pom.xml": pom("<executable>npm</executable>") },
      { BP_JAVA_INSTALL_NODE: "false" },
      "BP_JAVA_INSTALL_NODE is false",
    ],
  ])("%s", async ([, app, env, reason]) => {
    expect(await detect(frontEnd, { buildpack, app, env })).toFail(reason);
  });
});
