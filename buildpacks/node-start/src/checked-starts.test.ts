import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, type Env, packageJson, start } from "./test-start.ts";

describe("the check of a Node.js app's start command", () => {
  const warning =
    "scripts.start in package.json starts dist/server.js, which does not exist after the build. Check the path, and that the build script writes the file.";

  test.for<[string, FileMap, readonly string[]]>([
    ["warns about the missing file of a start script", start("node -r ./a dist/server.js"), [warning]],
    ["does not warn about a file name that node completes", { ...start("node dist/server"), "dist/server.js": "" }, []],
    ["does not warn about a directory with an index.js", { ...start("node dist"), "dist/index.js": "" }, []],
    ["does not warn about an absolute path in the run image", start("node /opt/x.js"), []],
  ])("%s", async ([, app, warnings]) => {
    expect((await built(app)).lines.filter((line) => line.includes("does not exist"))).toEqual(warnings);
  });

  test.for<[string, FileMap, Env, object]>([
    [
      "a missing file in BP_LAUNCHPOINT",
      {},
      { BP_LAUNCHPOINT: "bin/www" },
      {
        code: "NODE_LAUNCHPOINT_MISSING",
        message: "BP_LAUNCHPOINT starts bin/www, which does not exist after the build",
        hint: "Set BP_LAUNCHPOINT to a path relative to the project, such as dist/index.js, and check that the build script writes the file.",
      },
    ],
    [
      "an option in place of a file in BP_LAUNCHPOINT",
      {},
      { BP_LAUNCHPOINT: "--eval=1" },
      { code: "NODE_LAUNCHPOINT_MISSING" },
    ],
    ["an empty main", packageJson({ main: "" }), {}, { code: "NODE_START_MISSING" }],
    [
      "a main that the build script has not written",
      packageJson({ main: "dist/x.js", scripts: { build: "tsc" } }),
      {},
      {
        code: "NODE_START_MISSING",
        hint: "Check that the build script writes the file that starts the app, or set BP_LAUNCHPOINT to the file to start, such as dist/index.js.",
      },
    ],
    [
      "output that a framework has not written",
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
      "output that a framework has not written because of a vendor's adapter",
      packageJson({
        devDependencies: { "@sveltejs/kit": "2", "@sveltejs/adapter-vercel": "5" },
        scripts: { build: "vite build" },
      }),
      {},
      {
        code: "NODE_START_MISSING",
        message: expect.stringContaining(
          "@sveltejs/adapter-vercel does not create a server that Node.js can start: use @sveltejs/adapter-node in svelte.config.js.",
        ),
      },
    ],
    [
      "a start script that runs a development dependency",
      packageJson({ scripts: { start: "nodemon x.js" }, devDependencies: { nodemon: "3" } }),
      {},
      {
        code: "NODE_START_PROGRAM_MISSING",
        message: "scripts.start in package.json runs nodemon, which is a development dependency and not in the image",
        hint: expect.stringContaining("set BP_LAUNCHPOINT to a file such as"),
      },
    ],
    ...["tsc && node x.js", "npx tsc && node x.js", "npm run make && node x.js"].map(
      (script): [string, FileMap, Env, object] => [
        `a shell script that runs a development dependency: ${script}`,
        packageJson({ scripts: { start: script, make: "tsc -b" }, devDependencies: { typescript: "5" } }),
        {},
        {
          code: "NODE_START_PROGRAM_MISSING",
          message: "scripts.start in package.json runs tsc, which is a development dependency and not in the image",
        },
      ],
    ),
    [
      "a Procfile that runs a development dependency",
      { ...packageJson({ scripts: {}, devDependencies: { typescript: "5" } }), Procfile: "web: tsc && node x.js" },
      {},
      { code: "NODE_START_PROGRAM_MISSING" },
    ],
    [
      "a missing directory in BP_NODE_STATIC_ROOT",
      {},
      { BP_NODE_STATIC_ROOT: "dist" },
      { code: "NODE_STATIC_ROOT_MISSING" },
    ],
    ["a BP_NODE_STATIC_ROOT outside the app", {}, { BP_NODE_STATIC_ROOT: "../x" }, { code: "APP_PATH_OUTSIDE" }],
  ])("fails the build for %s", async ([, app, env, error]) => {
    await expect(built(app, env)).rejects.toMatchObject(error);
  });

  test.for(["tsc; node x.js", "tsc || node x.js", "echo tsc && node x.js", "./tsc && node x.js"])(
    "accepts the start script %j without the development dependency typescript, because another command can run",
    async (script) => {
      const app = packageJson({ scripts: { start: script }, devDependencies: { typescript: "5" } });
      expect((await built({ ...app, "x.js": "" })).commands.web).toContain("npm start");
    },
  );

  test.for<[string, FileMap, readonly string[]]>([
    ["--env-file=.env x.js", {}, [".env"]],
    ["--env-file .env x.js --env-file=other", {}, [".env"]],
    ["--env-file=.env --env-file=.env.local --no-warnings x.js", { ".env": "" }, [".env.local"]],
    ["--env-file-if-exists=.env x.js", {}, []],
    ["x.js --env-file=.env", {}, []],
    ["--env-file=/run/secrets/env x.js", {}, []],
  ])(
    'logs the missing files in the app that node requires for the start script "node %s"',
    async ([words, files, named]) => {
      const { log } = await built({ ...start(`node ${words}`), "x.js": "", ...files });
      const warnings = log.filter((line) => line.includes("passes --env-file"));
      expect(warnings.map((line) => /--env-file=([^,\s]+), but/.exec(line)?.[1])).toEqual(named);
    },
  );

  test("logs the commands of the start script that the build has already run", async () => {
    const app = start("npm run build && node dist/x.js", { build: "tsc" });
    const { commands, log } = await built({ ...app, "dist/x.js": "" });
    expect(commands.web).toBe("node dist/x.js");
    expect(log.join("\n")).toContain('scripts.start in package.json, without "tsc", which the build has already run');
  });

  test.for<[string, string]>([
    ["@types/node", "node x.js"],
    ["node", "node x.js"],
    ["@types/pm2", "pm2 x.js"],
  ])("ignores the development dependency %s for the start command %j", async ([name, script]) => {
    const app = packageJson({ scripts: { start: script }, devDependencies: { [name]: "1" } });
    expect((await built({ ...app, "x.js": "" })).commands.web).toBe(script);
  });

  test("omits the process of a worker script that runs a development dependency", async () => {
    const app = packageJson({ scripts: { start: "node a.js", worker: "tsx w.ts" }, devDependencies: { tsx: "4" } });
    const { commands, lines } = await built({ ...app, "a.js": "" });
    expect(commands).toEqual({ web: "node a.js" });
    expect(lines[0]).toBe(
      "The image has no process worker: scripts.worker in package.json runs tsx, which is a development dependency",
    );
  });
});
