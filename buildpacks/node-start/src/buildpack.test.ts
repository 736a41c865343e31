import { detect, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import nodeStart from "./buildpack.ts";
import { buildpack, built, type Env, packageJson, start } from "./test-start.ts";

const node = { name: "node", metadata: { launch: true } };
const npm = { name: "npm", metadata: { launch: true } };
const manager = { name: "node_package_manager", metadata: { launch: true } };

describe("detect", () => {
  test.for<[string, FileMap, Env, ...(readonly object[])[]]>([
    ["a plain start script", start("node ."), {}, [node]],
    ["a program of a package", start("next start"), {}, [node]],
    ["a script for npm", start("node a && node b"), {}, [node, npm], [node]],
    ["a script for pnpm", { ...start("node a && node b"), "pnpm-lock.yaml": "" }, {}, [node, manager], [node]],
    [
      "a script for the package manager that BP_NODE_PACKAGE_MANAGER names",
      { ...start("node a && node b"), "pnpm-lock.yaml": "", "package-lock.json": "" },
      { BP_NODE_PACKAGE_MANAGER: "pnpm" },
      [node, manager],
      [node],
    ],
    ["a worker for Yarn", { ...start("node a", { worker: "a | b" }), "yarn.lock": "" }, {}, [node, manager], [node]],
    ["a Procfile that calls npm", { Procfile: "web: npm run x -- $PORT", "yarn.lock": "" }, {}, [node, npm], [node]],
    ["a Procfile that calls pnpm", { Procfile: "web: cd a && pnpm start" }, {}, [node, manager], [node]],
    ["a release that only npm could run", start("node a", { release: "np && git push" }), {}, [node]],
    [
      "a main that the build script will make",
      packageJson({ main: "dist/x.js", scripts: { build: "tsc" } }),
      {},
      [node],
    ],
    ["a conventional file without package.json", { "server.mjs": "" }, {}, [node]],
    ["a TypeScript file", { "index.ts": "" }, {}, [node]],
    ["BP_LAUNCHPOINT", { "README.md": "" }, { BP_LAUNCHPOINT: "bin/www" }, [node]],
    ["a Procfile that starts a file of JavaScript", { Procfile: "web: ./run.mjs" }, {}, [node]],
    ["a Procfile beside package.json", { Procfile: "web: ./run", "package.json": "{}" }, {}, [node]],
    ["a Procfile with a worker only", { Procfile: "worker: node w.js" }, {}, [node]],
    [
      "a framework that builds",
      packageJson({ dependencies: { nuxt: "4" }, scripts: { build: "nuxt build" } }),
      {},
      [node],
    ],
    [
      "a site that builds",
      packageJson({ devDependencies: { vite: "7" }, scripts: { build: "vite build" } }),
      {},
      [node],
    ],
    [
      "a site that another buildpack serves",
      packageJson({ devDependencies: { vite: "7" }, scripts: { build: "vite build" } }),
      { BP_NODE_STATIC: "false" },
      [],
    ],
    [
      "a project in a folder",
      { "apps/web/package.json": '{"scripts":{"start":"node ."}}' },
      { BP_NODE_PROJECT_PATH: "apps/web" },
      [node],
    ],
  ])("passes with %s", async ([, app, env, ...plans]) => {
    const outcome = await detect(nodeStart, { buildpack, app, env });
    expect(outcome).toMatchObject({ outcome: "pass", plan: plans.map((requires) => ({ provides: [], requires })) });
  });

  const looked = "there is no Procfile with web, and no server, app, main or index with .js, .cjs, .mjs or .ts.";
  const add = `Add a "start" script to package.json, or set BP_LAUNCHPOINT to the file that node shall run.`;

  test.for<[string, FileMap, Env, string]>([
    [
      "a Procfile of another language",
      { Procfile: "web: ./server --node-id 7\nworker: php work.php" },
      {},
      "no app of Node.js: there is no package.json, and no command of Procfile runs Node.js or a package manager. If it is one, add a package.json.",
    ],
    [
      "an app without package.json",
      { "README.md": "" },
      {},
      `nothing to start: the app has no package.json, and ${looked} Add a package.json with a start script, set BP_LAUNCHPOINT to the file that node shall run, or check that this is the right folder.`,
    ],
    [
      "an app in a folder of its own",
      { "backend/package.json": "{}", "docs/a.md": "" },
      {},
      `nothing to start: the app has no package.json, and ${looked} There is a package.json in backend: BP_NODE_PROJECT_PATH=backend builds that folder. Add a package.json with a start script, set BP_LAUNCHPOINT to the file that node shall run, or check that this is the right folder.`,
    ],
    [
      "a package.json that names nothing that exists",
      packageJson({ main: "index.js" }),
      {},
      `nothing to start: package.json has no scripts.start and no main that exists, and ${looked} ${add}`,
    ],
    [
      "a framework without a build script",
      packageJson({ devDependencies: { vite: "7" } }),
      {},
      `nothing to start: package.json has no scripts.start and no main that exists, it uses Vite without a build script, and ${looked} ${add}`,
    ],
    [
      "a framework that is not to be looked at",
      packageJson({ devDependencies: { vite: "7" }, scripts: { build: "vite build" } }),
      { BP_NODE_FRAMEWORK: "none" },
      `nothing to start: package.json has no scripts.start and no main that exists, and ${looked} ${add}`,
    ],
  ])("fails for %s", async ([, app, env, reason]) => {
    expect(await detect(nodeStart, { buildpack, app, env })).toMatchObject({ outcome: "fail", reason });
  });

  test.for<[string, FileMap, Env, object]>([
    ["a package.json that is not JSON", { "package.json": "{" }, {}, { code: "APP_FILE_INVALID" }],
    [
      "a package.json of another form",
      packageJson({ scripts: "node .", main: 1 }),
      {},
      { code: "PACKAGE_JSON_INVALID" },
    ],
    ["an unknown framework", {}, { BP_NODE_FRAMEWORK: "rails" }, { code: "CONFIG_INVALID" }],
    [
      "an unknown start script",
      start("node ."),
      { BP_NPM_START_SCRIPT: "serve" },
      {
        code: "NODE_START_SCRIPT_MISSING",
        message: 'BP_NPM_START_SCRIPT is "serve", but package.json has no such script',
        hint: "Use one of start.",
      },
    ],
    [
      "a script of the name of what objects inherit",
      start("node ."),
      { BP_NODE_PROCESS_SCRIPTS: "constructor", BP_NPM_START_SCRIPT: "constructor" },
      { code: "NODE_START_SCRIPT_MISSING" },
    ],
  ])("is an error for %s", async ([, app, env, error]) => {
    await expect(detect(nodeStart, { buildpack, app, env })).rejects.toMatchObject(error);
  });
});

test("BP_WRITABLE_PATHS makes paths group-writable", async () => {
  const { lines } = await built({ ...start("node ."), "index.js": "" }, { BP_WRITABLE_PATHS: "uploads" });
  expect(lines).toContain("The app may write to uploads (BP_WRITABLE_PATHS)");
});
