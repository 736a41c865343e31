import { resolve } from "node:path";
import { build, detect, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import nodeStart from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
type Env = Readonly<Record<string, string>>;

const packageJson = (fields: object): FileMap => ({ "package.json": JSON.stringify(fields) });
const start = (script: string, more: object = {}) => packageJson({ scripts: { start: script, ...more } });

const node = { name: "node", metadata: { launch: true } };
const npm = { name: "npm", metadata: { launch: true } };
const manager = { name: "node_package_manager", metadata: { launch: true } };

describe("detect", () => {
  test.for<[string, FileMap, Env, ...(readonly object[])[]]>([
    ["a plain start script", start("node ."), {}, [node]],
    ["a program of a package", start("next start"), {}, [node]],
    ["a script for npm", start("node a && node b"), {}, [node, npm], [node]],
    ["a script for pnpm", { ...start("node a && node b"), "pnpm-lock.yaml": "" }, {}, [node, manager], [node]],
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
    ["a Procfile without package.json", { Procfile: "web: ./run" }, {}, [node]],
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
      "an app without package.json",
      { "README.md": "" },
      {},
      `nothing to start: the app has no package.json, and ${looked} Add a package.json with a start script, set BP_LAUNCHPOINT to the file that node shall run, or check that this is the right folder.`,
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

/** What a build says of its processes, without the table of its configuration. */
async function built(app: FileMap, env: Env = {}) {
  const outcome = await build(nodeStart, { buildpack, app, env });
  const lines = outcome.log.slice(outcome.log.findIndex((line) => line.startsWith("BP_NODE_KEEP_SOURCE ")) + 1);
  const { processes } = outcome.parsed.launch;
  const words = Object.entries(processes).map(([type, { command }]) => [type, command.join(" ")]);
  const left = Object.keys(outcome.app).toSorted();
  return { ...outcome, lines, processes, left, commands: Object.fromEntries(words) };
}

const process = (words: readonly string[], isDefault: boolean, workingDir?: string) => ({
  ...{ command: words, args: [], default: isDefault, workingDir, execEnv: [] },
});

const signals = "with-signals";
const server = "node <layers>/static-server/main.mjs";

/** A package with a program, as npm installs it. */
const installed = (
  name: string,
  bin: string | Readonly<Record<string, string>>,
  text = "#!/usr/bin/env node\n",
): FileMap => {
  const paths = typeof bin === "string" ? [bin] : Object.values(bin);
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, bin }),
    ...Object.fromEntries(paths.map((path) => [`node_modules/${name}/${path}`, text])),
  };
};

describe("processes", () => {
  test.for<[string, FileMap, Env, Readonly<Record<string, string>>]>([
    [
      "BP_LAUNCHPOINT before all else",
      { ...start("node b.js"), Procfile: "web: node c.js", "a.js": "" },
      { BP_LAUNCHPOINT: "a.js" },
      { web: "node a.js" },
    ],
    [
      "BP_NPM_START_SCRIPT",
      { ...start("node a.js", { serve: "node b.js" }), Procfile: "web: c" },
      { BP_NPM_START_SCRIPT: "serve" },
      { web: "node b.js" },
    ],
    [
      "a Procfile before the start script",
      { ...start("node a.js"), Procfile: "web: node b.js" },
      {},
      { web: "node b.js" },
    ],
    [
      "a Procfile without web beside the start script",
      {
        ...start("node a.js", { worker: "node s.js" }),
        Procfile: "worker: node w.js -q $QUEUE\nrelease: node a && node b",
      },
      {},
      { web: "node a.js", worker: "sh -c exec node w.js -q $QUEUE", release: `${signals} sh -c node a && node b` },
    ],
    [
      "scripts worker and release",
      start("node a.js", { worker: "node w.js", release: "node r.js" }),
      {},
      { web: "node a.js", worker: "node w.js", release: "node r.js" },
    ],
    ["no release that publishes", start("node a.js", { release: "np && git push" }), {}, { web: "node a.js" }],
    [
      "scripts that the user names",
      start("node a.js", { worker: "node w.js", release: "a && b", cron: "node c.js" }),
      { BP_NODE_PROCESS_SCRIPTS: "release,cron,gone,web" },
      { web: "node a.js", release: `${signals} npm run release`, cron: "node c.js" },
    ],
    [
      "no scripts",
      start("node a.js", { worker: "node w.js" }),
      { BP_NODE_PROCESS_SCRIPTS: "none" },
      { web: "node a.js" },
    ],
    ["a script with a hook", start("node a.js", { prestart: "node m.js" }), {}, { web: `${signals} npm start` }],
    ["an empty start script", { ...start(" "), "index.js": "" }, {}, { web: "node index.js" }],
    [
      "main before conventional names",
      { ...packageJson({ main: "lib/run.js" }), "lib/run.js": "", "server.js": "" },
      {},
      { web: "node lib/run.js" },
    ],
    [
      "conventional names without main",
      { ...packageJson({ main: "gone.js" }), "index.js": "", "server.cjs": "", "server.ts": "" },
      {},
      { web: "node server.cjs" },
    ],
    ["TypeScript", { "server.ts": "" }, {}, { web: "node server.ts" }],
    [
      "a program of a package",
      {
        ...packageJson({ scripts: { start: "serve -s x" }, dependencies: { a: "1", serve: "1" } }),
        ...installed("a", "x.js"),
        ...installed("serve", { serve: "./build/main.js" }),
      },
      {},
      { web: "node node_modules/serve/build/main.js -s x" },
    ],
    [
      "a program of a package that is called otherwise",
      {
        ...packageJson({ scripts: { start: "rrs x" }, dependencies: { "@a/rrs": "1" } }),
        ...installed("@a/rrs", "cli"),
      },
      {},
      { web: "node node_modules/@a/rrs/cli x" },
    ],
    [
      "a program that is no JavaScript",
      {
        ...packageJson({ scripts: { start: "serve x" }, dependencies: { serve: "1" } }),
        ...installed("serve", "bin", "\x7fELF"),
      },
      {},
      { web: "serve x" },
    ],
    ["a program of the image", start("java -jar x.jar"), {}, { web: "java -jar x.jar" }],
    [
      "Plug'n'Play",
      { ...start("tsx x.ts"), "yarn.lock": "", ".yarnrc.yml": "enableTelemetry: false\n" },
      {},
      { web: `${signals} yarn run start` },
    ],
  ])("%s", async ([, app, env, commands]) => {
    expect((await built(app, env)).commands).toEqual(commands);
  });

  test("are told with their reasons, variables and what else could be said", async () => {
    const app = {
      ...start("PORT=3000 API_KEY=x node dist/server.js", { worker: "a && b" }),
      "dist/server.js": "",
      Procfile: "nonsense",
    };
    const { lines, layers, processes } = await built(app);
    expect(lines).toEqual([
      'line 1 of Procfile is ignored: it is not of the form "web: command"',
      'Starting the app with "node dist/server.js"',
      "Chosen because of scripts.start in package.json; with PORT=3000, API_KEY=***; set BP_LAUNCHPOINT to a file of the app for another one",
      `Process worker: "${signals} npm run worker"`,
      "Chosen because of scripts.worker in package.json, which needs the package manager",
    ]);
    expect(processes.web).toEqual(process(["node", "dist/server.js"], true));
    expect(layers).toMatchObject({
      "start/env.launch/PATH.append": "<app>/node_modules/.bin",
      "start/env.launch/web/PORT.override": "3000",
      "start/env.launch/worker/NPM_CONFIG_LOGS_MAX.override": "0",
    });
  });

  test("commands for a shell are told as their author wrote them", async () => {
    const { lines } = await built({ "a.js": "", Procfile: 'web: node a.js "$PORT"\nworker: cd jobs && node w.js' });
    expect(lines).toEqual([
      'Starting the app with "node a.js "$PORT""',
      "Chosen because of web in Procfile; set BP_LAUNCHPOINT to a file of the app for another one",
      'Process worker: "cd jobs && node w.js"',
      "Chosen because of worker in Procfile",
    ]);
  });

  test("scripts that do not exist are warned of, and what TypeScript needs is told", async () => {
    const { lines } = await built({ "server.ts": "" }, { BP_NODE_PROCESS_SCRIPTS: "cron" });
    expect(lines).toEqual([
      "BP_NODE_PROCESS_SCRIPTS names cron, which is no script of package.json",
      'Starting the app with "node server.ts"',
      "Chosen because of the file name server.ts; set BP_LAUNCHPOINT to a file of the app for another one",
      "Node.js runs TypeScript since 22.18, if its syntax can simply be erased",
    ]);
  });

  test("run in the folder of the project, a Procfile's where it is; the only one is the default", async () => {
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

describe("what is not there after the build", () => {
  const warning =
    "scripts.start in package.json starts dist/server.js, which does not exist after the build. Check the path, and that the build script writes the file.";

  test.for<[string, FileMap, readonly string[]]>([
    ["a start script's file", start("node -r ./a dist/server.js"), [warning]],
    ["a file name that node completes", { ...start("node dist/server"), "dist/server.js": "" }, []],
    ["a folder", { ...start("node dist"), "dist/index.js": "" }, []],
    ["a file of the run image", start("node /opt/x.js"), []],
  ])("is warned of: %s", async ([, app, warnings]) => {
    expect((await built(app)).lines.filter((line) => line.includes("does not exist"))).toEqual(warnings);
  });

  test.for<[string, FileMap, Env, object]>([
    [
      "BP_LAUNCHPOINT",
      {},
      { BP_LAUNCHPOINT: "bin/www" },
      {
        code: "NODE_LAUNCHPOINT_MISSING",
        message: "BP_LAUNCHPOINT starts bin/www, which does not exist after the build",
        hint: "Set BP_LAUNCHPOINT to a path relative to the app, and check that the build script writes the file.",
      },
    ],
    ["an option for a file", {}, { BP_LAUNCHPOINT: "--eval=1" }, { code: "NODE_LAUNCHPOINT_MISSING" }],
    ["an empty main", packageJson({ main: "" }), {}, { code: "NODE_START_MISSING" }],
    [
      "what the build script was expected to make",
      packageJson({ main: "dist/x.js", scripts: { build: "tsc" } }),
      {},
      { code: "NODE_START_MISSING", hint: "Check that the build script writes the file." },
    ],
    [
      "what a framework was expected to make",
      packageJson({ devDependencies: { "@sveltejs/kit": "2" }, scripts: { build: "vite build" } }),
      {},
      {
        code: "NODE_START_MISSING",
        message: expect.stringContaining(
          "SvelteKit has not written build/index.js or build/index.html or build/200.html",
        ),
      },
    ],
    [
      "a program for development",
      packageJson({ scripts: { start: "nodemon x.js" }, devDependencies: { nodemon: "3" } }),
      {},
      {
        code: "NODE_START_PROGRAM_MISSING",
        message:
          "scripts.start in package.json runs nodemon, which is there for development only: it is not in the image",
      },
    ],
    ["a folder to serve", {}, { BP_NODE_STATIC_ROOT: "dist" }, { code: "NODE_STATIC_ROOT_MISSING" }],
    ["a folder outside", {}, { BP_NODE_STATIC_ROOT: "../x" }, { code: "APP_PATH_OUTSIDE" }],
  ])("is an error: %s", async ([, app, env, error]) => {
    await expect(build(nodeStart, { buildpack, app, env })).rejects.toMatchObject(error);
  });

  test("a worker that is for development is left out", async () => {
    const app = packageJson({ scripts: { start: "node a.js", worker: "tsx w.ts" }, devDependencies: { tsx: "4" } });
    const { commands, lines } = await built({ ...app, "a.js": "" });
    expect(commands).toEqual({ web: "node a.js" });
    expect(lines[0]).toBe(
      "No process worker: scripts.worker in package.json runs tsx, which is there for development only",
    );
  });
});

const framework = (name: string, scripts: object = {}): FileMap =>
  packageJson({ dependencies: { [name]: "1" }, scripts: { build: "x", ...scripts } });

describe("what frameworks make", () => {
  test.for<[string, FileMap, Env, string]>([
    [
      "Next.js",
      {
        ...framework("next", { start: "next start -p 4000" }),
        ".next/BUILD_ID": "",
        ...installed("next", { next: "dist/bin/next" }),
      },
      {},
      "node node_modules/next/dist/bin/next start -p 4000",
    ],
    [
      "Next.js for development",
      { ...framework("next", { start: "next dev" }), ".next/BUILD_ID": "" },
      {},
      "next start",
    ],
    [
      "Next.js standalone",
      { ...framework("next", { start: "next start" }), ".next/standalone/server.js": "" },
      {},
      "node .next/standalone/server.js",
    ],
    [
      "Next.js with a hook",
      { ...framework("next", { prestart: "x", start: "next start" }), ".next/standalone/server.js": "" },
      {},
      `${signals} npm start`,
    ],
    ["Next.js elsewhere", framework("next", { start: "next start -p $PORT" }), {}, "sh -c exec next start -p $PORT"],
    [
      "Next.js standalone in a monorepo",
      {
        ...framework("next"),
        ".next/required-server-files.json": '{"relativeAppDir":"apps/web","config":{"output":"standalone"}}',
        ".next/standalone/apps/web/server.js": "",
      },
      {},
      "node .next/standalone/apps/web/server.js",
    ],
    [
      "Next.js exported",
      { ...framework("next", { start: "next start" }), "out/index.html": "", ".next/BUILD_ID": "" },
      {},
      `${server} out --not-found=404.html`,
    ],
    [
      "Nuxt",
      { ...framework("nuxt"), ".output/server/index.mjs": "", ".output/public/x": "" },
      {},
      "node .output/server/index.mjs",
    ],
    [
      "Nuxt generated",
      { ...framework("nuxt"), ".output/public/index.html": "", ".output/public/200.html": "" },
      {},
      `${server} .output/public --fallback=200.html`,
    ],
    [
      "TanStack Start",
      { ...framework("@tanstack/react-start"), ".output/server/index.mjs": "" },
      {},
      "node .output/server/index.mjs",
    ],
    [
      "SvelteKit",
      {
        ...packageJson({ devDependencies: { "@sveltejs/kit": "2", vite: "7" }, scripts: { build: "vite build" } }),
        "build/index.js": "",
      },
      {},
      "node build/index.js",
    ],
    [
      "SvelteKit as a site",
      { ...framework("@sveltejs/kit"), "build/index.html": "" },
      {},
      `${server} build --not-found=404.html`,
    ],
    [
      "Astro",
      { ...framework("astro", { start: "astro dev" }), "dist/server/entry.mjs": "" },
      {},
      "node dist/server/entry.mjs",
    ],
    [
      "Astro as a site",
      { ...framework("astro", { start: "astro preview" }), "dist/index.html": "" },
      {},
      `${server} dist --not-found=404.html`,
    ],
    [
      "React Router",
      {
        ...packageJson({
          dependencies: { "@react-router/serve": "7" },
          devDependencies: { "@react-router/dev": "7" },
          scripts: { build: "x" },
        }),
        "build/server/index.js": "",
        ...installed("@react-router/serve", { "react-router-serve": "bin.cjs" }),
      },
      {},
      "node node_modules/@react-router/serve/bin.cjs ./build/server/index.js",
    ],
    [
      "React Router in the browser",
      { ...framework("@react-router/dev"), "build/client/index.html": "" },
      {},
      `${server} build/client --fallback=index.html`,
    ],
    ["NestJS", { ...framework("@nestjs/core", { start: "nest start" }), "dist/main.js": "" }, {}, "node dist/main.js"],
    [
      "NestJS, one of several",
      {
        ...framework("@nestjs/core", { start: "nest start" }),
        "nest-cli.json": '{"root":"apps/api"}',
        "dist/apps/api/main.js": "",
      },
      {},
      "node dist/apps/api/main.js",
    ],
    [
      "NestJS with a script of its own",
      { ...framework("@nestjs/core", { start: "node dist/main" }), "dist/main.js": "" },
      {},
      "node dist/main",
    ],
    [
      "Angular",
      {
        ...framework("@angular/core", { start: "ng serve" }),
        "angular.json": '{"projects":{"shop":{"projectType":"application"}}}',
        "dist/shop/browser/index.html": "",
      },
      {},
      `${server} dist/shop/browser --fallback=index.html`,
    ],
    [
      "Angular on the server",
      {
        ...framework("@angular/core", { start: "ng serve" }),
        "angular.json": '{"projects":{"shop":{"architect":{"build":{"options":{"outputPath":{"base":"out"}}}}}}}',
        "out/server/server.mjs": "",
      },
      {},
      "node out/server/server.mjs",
    ],
    [
      "Vite",
      { ...framework("vite", { start: "vite preview --port $PORT" }), "dist/index.html": "" },
      {},
      `${server} dist --fallback=index.html`,
    ],
    [
      "Vite beside an own server",
      { ...framework("vite", { start: "node server.js" }), "dist/index.html": "", "server.js": "" },
      {},
      "node server.js",
    ],
    [
      "Vite beside an own server, by the user",
      { ...framework("vite", { start: "node server.js" }), "dist/index.html": "" },
      { BP_NODE_FRAMEWORK: "vite" },
      `${server} dist --fallback=index.html`,
    ],
    [
      "Vite without a page for all paths",
      { ...framework("vite"), "dist/index.html": "" },
      { BP_NODE_STATIC_FALLBACK: "none" },
      `${server} dist`,
    ],
    [
      "Create React App",
      { ...framework("react-scripts", { start: "react-scripts start" }), "build/index.html": "" },
      {},
      `${server} build --fallback=index.html`,
    ],
    [
      "a folder that the user names",
      { "public/index.html": "", "server.js": "" },
      { BP_NODE_STATIC_ROOT: "./public/", BP_NODE_STATIC_FALLBACK: "404.html" },
      `${server} public --not-found=404.html`,
    ],
  ])("%s", async ([, app, env, web]) => {
    expect((await built(app, env)).commands.web).toBe(web);
  });

  test("a site can be left to another buildpack", async () => {
    const { commands, lines, left } = await built(
      { ...framework("vite"), "dist/index.html": "" },
      { BP_NODE_STATIC: "false" },
    );
    expect([commands, left]).toEqual([{}, ["dist/index.html", "package.json"]]);
    expect(lines).toEqual([
      "The process web is left to another buildpack",
      "BP_NODE_STATIC is false, and the output of Vite (dist/index.html) is a site",
    ]);
  });

  test("Next.js standalone gets its files into place, and nothing else stays", async () => {
    const outcome = await built({
      ...framework("next"),
      ...{ "next.config.js": "", "app/page.js": "", "node_modules/next/package.json": "{}", "public/a.txt": "a" },
      ...{
        ".next/standalone/server.js": "",
        ".next/static/chunks/x.js": "x",
        ".next/cache/big": "",
        ".next/BUILD_ID": "",
      },
    });
    expect(outcome.left).toEqual([
      ".next/standalone/.next/static/chunks/x.js",
      ".next/standalone/public/a.txt",
      ".next/standalone/server.js",
    ]);
    expect(outcome.lines).toEqual([
      'Starting the app with "node .next/standalone/server.js"',
      "Chosen because of the output of Next.js (.next/standalone/server.js); with HOSTNAME=0.0.0.0; set BP_LAUNCHPOINT to a file of the app for another one",
      "Of the app only .next/standalone is in the image, which holds all it needs; BP_NODE_KEEP_SOURCE=true keeps the rest",
    ]);
    expect(outcome.layers).toMatchObject({ "start/env.launch/web/HOSTNAME.override": "0.0.0.0" });
    expect(outcome.result.slices).toEqual([[".next/standalone/.next/static"], [".next/standalone/public"]]);
  });

  const vite = { ...framework("vite"), "dist/index.html": "", "src/x.js": "" };

  test.for<[string, FileMap, Env, string]>([
    ["the user says so", vite, { BP_NODE_KEEP_SOURCE: "true" }, "BP_NODE_KEEP_SOURCE"],
    ["another process needs it", { ...vite, Procfile: "worker: node src/x.js" }, {}, "the process worker"],
    [
      "a link leads there",
      { ...vite, "dist/x.js": "-> ../src/x.js" },
      {},
      "the link dist/x.js, which leads out of dist",
    ],
  ])("the rest of the app stays if %s", async ([, app, env, reason]) => {
    const { left, lines } = await built(app, env);
    expect(left).toEqual(Object.keys(app).toSorted());
    expect(lines).toContain(`Sources and packages stay in the image because of ${reason}`);
  });

  test("a site has the server, a port, and slices for what never changes", async () => {
    const outcome = await built({ ...vite, "dist/assets/x-1a2b3c4d.js": "" });
    expect(outcome.left).toEqual(["dist/assets/x-1a2b3c4d.js", "dist/index.html"]);
    expect(outcome.layers).toMatchObject({
      "static-server/env.launch/PORT.default": "8080",
      "static-server/main.mjs": expect.any(String),
    });
    expect(outcome.result.slices).toEqual([["dist/assets"]]);
  });
});
