import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, type Env, installed, packageJson, process, signals, start } from "./test-start.ts";

describe("the processes of a Node.js app", () => {
  test.for<[string, FileMap, Env, Readonly<Record<string, string>>]>([
    [
      "start the file in BP_LAUNCHPOINT rather than the start script or the Procfile",
      { ...start("node b.js"), Procfile: "web: node c.js", "a.js": "" },
      { BP_LAUNCHPOINT: "a.js" },
      { web: "node a.js" },
    ],
    [
      "start the script in BP_NPM_START_SCRIPT rather than the Procfile",
      { ...start("node a.js", { serve: "node b.js" }), Procfile: "web: c" },
      { BP_NPM_START_SCRIPT: "serve" },
      { web: "node b.js" },
    ],
    [
      "start the web command of a Procfile rather than the start script",
      { ...start("node a.js"), Procfile: "web: node b.js" },
      {},
      { web: "node b.js" },
    ],
    [
      "combine the start script with a Procfile without a web command",
      {
        ...start("node a.js", { worker: "node s.js" }),
        Procfile: "worker: node w.js -q $QUEUE\nrelease: node a && node b",
      },
      {},
      { web: "node a.js", worker: "sh -c exec node w.js -q $QUEUE", release: `${signals} sh -c node a && node b` },
    ],
    [
      "include the scripts worker and release",
      start("node a.js", { worker: "node w.js", release: "node r.js" }),
      {},
      { web: "node a.js", worker: "node w.js", release: "node r.js" },
    ],
    [
      "do not include a release script that publishes a package",
      start("node a.js", { release: "np && git push" }),
      {},
      { web: "node a.js" },
    ],
    [
      "include the scripts in BP_NODE_PROCESS_SCRIPTS",
      start("node a.js", { worker: "node w.js", release: "a && b", cron: "node c.js" }),
      { BP_NODE_PROCESS_SCRIPTS: "release,cron,gone,web" },
      { web: "node a.js", release: `${signals} npm run release`, cron: "node c.js" },
    ],
    [
      "include no further scripts with BP_NODE_PROCESS_SCRIPTS=none",
      start("node a.js", { worker: "node w.js" }),
      { BP_NODE_PROCESS_SCRIPTS: "none" },
      { web: "node a.js" },
    ],
    [
      "use the package manager for a start script with a hook",
      start("node a.js", { prestart: "node m.js" }),
      {},
      { web: `${signals} npm start` },
    ],
    ["ignore an empty start script", { ...start(" "), "index.js": "" }, {}, { web: "node index.js" }],
    [
      "start main rather than a file with a conventional name",
      { ...packageJson({ main: "lib/run.js" }), "lib/run.js": "", "server.js": "" },
      {},
      { web: "node lib/run.js" },
    ],
    [
      "start a file with a conventional name if main does not exist",
      { ...packageJson({ main: "gone.js" }), "index.js": "", "server.cjs": "", "server.ts": "" },
      {},
      { web: "node server.cjs" },
    ],
    ["start a TypeScript file", { "server.ts": "" }, {}, { web: "node server.ts" }],
    [
      "start the program of a package with node",
      {
        ...packageJson({ scripts: { start: "serve -s x" }, dependencies: { a: "1", serve: "1" } }),
        ...installed("a", "x.js"),
        ...installed("serve", { serve: "./build/main.js" }),
      },
      {},
      { web: "node node_modules/serve/build/main.js -s x" },
    ],
    [
      "start the program of a package with another name with node",
      {
        ...packageJson({ scripts: { start: "rrs x" }, dependencies: { "@a/rrs": "1" } }),
        ...installed("@a/rrs", "cli"),
      },
      {},
      { web: "node node_modules/@a/rrs/cli x" },
    ],
    [
      "start a package's program that is not JavaScript directly",
      {
        ...packageJson({ scripts: { start: "serve x" }, dependencies: { serve: "1" } }),
        ...installed("serve", "bin", "\x7fELF"),
      },
      {},
      { web: "serve x" },
    ],
    ["start a program of the run image directly", start("java -jar x.jar"), {}, { web: "java -jar x.jar" }],
    [
      "use Yarn for an app with Plug'n'Play",
      { ...start("tsx x.ts"), "yarn.lock": "", ".yarnrc.yml": "enableTelemetry: false\n" },
      {},
      { web: `${signals} yarn run start` },
    ],
    [
      "use the package manager in BP_NODE_PACKAGE_MANAGER",
      { ...start("node a && node b"), "pnpm-lock.yaml": "", "package-lock.json": "" },
      { BP_NODE_PACKAGE_MANAGER: "pnpm" },
      { web: `${signals} pnpm run start` },
    ],
  ])("%s", async ([, app, env, commands]) => {
    expect((await built(app, env)).commands).toEqual(commands);
  });

  test("are logged with reasons, environment variables and alternatives", async () => {
    const app = {
      ...start("PORT=3000 API_KEY=x node dist/server.js", { worker: "a && b" }),
      "dist/server.js": "",
      Procfile: "nonsense",
    };
    const { lines, layers, processes } = await built(app);
    expect(lines).toEqual([
      'line 1 of Procfile is ignored: it does not have the form "web: command"',
      'Starting the app with "node dist/server.js"',
      "Chosen because of scripts.start in package.json; environment: PORT=3000, API_KEY=***; to start another file, set BP_LAUNCHPOINT to it",
      `Process worker: "${signals} npm run worker"`,
      "Chosen because of scripts.worker in package.json, which only the package manager can run",
    ]);
    expect(processes.web).toEqual(process(["node", "dist/server.js"], true));
    expect(layers).toMatchObject({
      "start/env.launch/PATH.append": "<app>/node_modules/.bin",
      "start/env.launch/web/PORT.override": "3000",
      "start/env.launch/worker/NPM_CONFIG_LOGS_MAX.override": "0",
    });
  });

  test("are logged in the author's words if they need a shell", async () => {
    const { lines } = await built({ "a.js": "", Procfile: 'web: node a.js "$PORT"\nworker: cd jobs && node w.js' });
    expect(lines).toEqual([
      'Starting the app with "node a.js "$PORT""',
      "Chosen because of web in Procfile; to start another file, set BP_LAUNCHPOINT to it",
      'Process worker: "cd jobs && node w.js"',
      "Chosen because of worker in Procfile",
    ]);
  });

  test("are logged with notes about missing scripts and TypeScript", async () => {
    const { lines } = await built({ "server.ts": "" }, { BP_NODE_PROCESS_SCRIPTS: "cron" });
    expect(lines).toEqual([
      "BP_NODE_PROCESS_SCRIPTS names cron, which package.json does not define",
      'Starting the app with "node server.ts"',
      "Chosen because of the file name server.ts; to start another file, set BP_LAUNCHPOINT to it",
      "Node.js runs TypeScript with erasable syntax since 22.18",
    ]);
  });

  test("run in the directory of the project or of the Procfile, and a single process is the default", async () => {
    const env = { BP_NODE_PROJECT_PATH: "apps/web" };
    const files = {
      "apps/web/package.json": '{"scripts":{"start":"serve .","worker":"node w.js"},"dependencies":{"serve":"1"}}',
      "apps/web/w.js": "",
    };
    const root = {
      "package.json": '{"workspaces":["apps/*"]}',
      "package-lock.json": "{}",
      ...installed("serve", "cli.js"),
    };
    const inProject = await built({ ...files, ...root }, env);
    expect(inProject.processes).toEqual({
      web: process(["node", "../../node_modules/serve/cli.js", "."], true, "<app>/apps/web"),
      worker: process(["node", "w.js"], false, "<app>/apps/web"),
    });
    expect(inProject.layers).toMatchObject({
      "start/env.launch/PATH.append": "<app>/apps/web/node_modules/.bin:<app>/node_modules/.bin",
    });
    const only = await built({ "apps/web/package.json": "{}", Procfile: "worker: node w.js", "w.js": "" }, env);
    expect(only.processes).toEqual({ worker: process(["node", "w.js"], true) });
  });
});
