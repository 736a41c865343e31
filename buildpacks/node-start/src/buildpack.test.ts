import { detect, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import nodeStart from "./buildpack.ts";
import { buildpack, built, type Env, packageJson, start } from "./test-start.ts";

const node = { name: "node", metadata: { launch: true } };
const npm = { name: "npm", metadata: { launch: true } };
const manager = { name: "node_package_manager", metadata: { launch: true } };

describe("detect", () => {
  test.for<[string, FileMap, Env, ...(readonly object[])[]]>([
    ["a start script that runs node", start("node ."), {}, [node]],
    ["a start script that runs a package's program", start("next start"), {}, [node]],
    ["a start script that needs npm", start("node a && node b"), {}, [node, npm], [node]],
    [
      "a start script that needs pnpm",
      { ...start("node a && node b"), "pnpm-lock.yaml": "" },
      {},
      [node, manager],
      [node],
    ],
    [
      "a start script that needs the package manager in BP_NODE_PACKAGE_MANAGER",
      { ...start("node a && node b"), "pnpm-lock.yaml": "", "package-lock.json": "" },
      { BP_NODE_PACKAGE_MANAGER: "pnpm" },
      [node, manager],
      [node],
    ],
    [
      "a worker script that needs Yarn",
      { ...start("node a", { worker: "a | b" }), "yarn.lock": "" },
      {},
      [node, manager],
      [node],
    ],
    ["a Procfile that calls npm", { Procfile: "web: npm run x -- $PORT", "yarn.lock": "" }, {}, [node, npm], [node]],
    ["a Procfile that calls pnpm", { Procfile: "web: cd a && pnpm start" }, {}, [node, manager], [node]],
    [
      "a release script that publishes a package, and ignores this script",
      start("node a", { release: "np && git push" }),
      {},
      [node],
    ],
    [
      "a main that the build script will write",
      packageJson({ main: "dist/x.js", scripts: { build: "tsc" } }),
      {},
      [node],
    ],
    ["a conventional file without package.json", { "server.mjs": "" }, {}, [node]],
    ["a TypeScript file", { "index.ts": "" }, {}, [node]],
    ["BP_LAUNCHPOINT", { "README.md": "" }, { BP_LAUNCHPOINT: "bin/www" }, [node]],
    ["a Procfile that starts a JavaScript file", { Procfile: "web: ./run.mjs" }, {}, [node]],
    ["a Procfile next to package.json", { Procfile: "web: ./run", "package.json": "{}" }, {}, [node]],
    ["a Procfile with a worker only", { Procfile: "worker: node w.js" }, {}, [node]],
    [
      "a framework with a build script",
      packageJson({ dependencies: { nuxt: "4" }, scripts: { build: "nuxt build" } }),
      {},
      [node],
    ],
    [
      "a static site with a build script",
      packageJson({ devDependencies: { vite: "7" }, scripts: { build: "vite build" } }),
      {},
      [node],
    ],
    [
      "a static site that another buildpack serves",
      packageJson({ devDependencies: { vite: "7" }, scripts: { build: "vite build" } }),
      { BP_NODE_STATIC: "false" },
      [],
    ],
    [
      "a project in the directory in BP_NODE_PROJECT_PATH",
      { "apps/web/package.json": '{"scripts":{"start":"node ."}}' },
      { BP_NODE_PROJECT_PATH: "apps/web" },
      [node],
    ],
  ])("passes with %s", async ([, app, env, ...plans]) => {
    const outcome = await detect(nodeStart, { buildpack, app, env });
    expect(outcome).toMatchObject({ outcome: "pass", plan: plans.map((requires) => ({ provides: [], requires })) });
  });

  const looked =
    "the app has neither a process web in a Procfile nor a file such as server.js, app.js, main.js or index.js (or .cjs, .mjs, .ts).";
  const add = `Add a "start" script to package.json, or set BP_LAUNCHPOINT to the file that node runs.`;

  test.for<[string, FileMap, Env, string]>([
    [
      "a Procfile of another language",
      { Procfile: "web: ./server --node-id 7\nworker: php work.php" },
      {},
      "no Node.js app: there is no package.json, and no command in the Procfile runs Node.js or a package manager. If the app uses Node.js, add a package.json.",
    ],
    [
      "an app without package.json",
      { "README.md": "" },
      {},
      `nothing to start: the app has no package.json, and ${looked} Add a package.json with a start script, set BP_LAUNCHPOINT to the file that node runs, or check that this is the right directory.`,
    ],
    [
      "an app in a subdirectory, which the reason names",
      { "backend/package.json": "{}", "docs/a.md": "" },
      {},
      `nothing to start: the app has no package.json, and ${looked} There is a package.json in backend: to build backend, set BP_NODE_PROJECT_PATH=backend. Add a package.json with a start script, set BP_LAUNCHPOINT to the file that node runs, or check that this is the right directory.`,
    ],
    [
      "a package.json that names no existing file",
      packageJson({ main: "index.js" }),
      {},
      `nothing to start: package.json has neither a start script nor a main file that exists, and ${looked} ${add}`,
    ],
    [
      "a framework without a build script",
      packageJson({ devDependencies: { vite: "7" } }),
      {},
      `nothing to start: package.json has neither a start script nor a main file that exists, the app uses Vite without a build script, and ${looked} ${add}`,
    ],
    [
      "a framework that BP_NODE_FRAMEWORK=none disables",
      packageJson({ devDependencies: { vite: "7" }, scripts: { build: "vite build" } }),
      { BP_NODE_FRAMEWORK: "none" },
      `nothing to start: package.json has neither a start script nor a main file that exists, and ${looked} ${add}`,
    ],
  ])("fails for %s", async ([, app, env, reason]) => {
    expect(await detect(nodeStart, { buildpack, app, env })).toMatchObject({ outcome: "fail", reason });
  });

  test.for<[string, FileMap, Env, object]>([
    ["a package.json that is not JSON", { "package.json": "{" }, {}, { code: "APP_FILE_INVALID" }],
    [
      "a package.json whose fields have the wrong types",
      packageJson({ scripts: "node .", main: 1 }),
      {},
      { code: "PACKAGE_JSON_INVALID" },
    ],
    ["an unknown BP_NODE_FRAMEWORK", {}, { BP_NODE_FRAMEWORK: "rails" }, { code: "CONFIG_INVALID" }],
    [
      "an unknown script in BP_NPM_START_SCRIPT",
      start("node ."),
      { BP_NPM_START_SCRIPT: "serve" },
      {
        code: "NODE_START_SCRIPT_MISSING",
        message: 'BP_NPM_START_SCRIPT is "serve", but package.json has no such script',
        hint: "Use one of the app's scripts: start.",
      },
    ],
    [
      "an unknown script with the name of an object's property",
      start("node ."),
      { BP_NODE_PROCESS_SCRIPTS: "constructor", BP_NPM_START_SCRIPT: "constructor" },
      { code: "NODE_START_SCRIPT_MISSING" },
    ],
  ])("ends with an error for %s", async ([, app, env, error]) => {
    await expect(detect(nodeStart, { buildpack, app, env })).rejects.toMatchObject(error);
  });
});

test("BP_WRITABLE_PATHS makes paths group-writable", async () => {
  const { lines } = await built({ ...start("node ."), "index.js": "" }, { BP_WRITABLE_PATHS: "uploads" });
  expect(lines).toContain("The app may write to uploads (BP_WRITABLE_PATHS)");
});
