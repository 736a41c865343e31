import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, type Env, installed, packageJson, server, signals } from "../test-start.ts";
import { frameworkNames } from "./framework-names.ts";
import { frameworks } from "./frameworks.ts";

const framework = (name: string, scripts: object = {}): FileMap =>
  packageJson({ dependencies: { [name]: "1" }, scripts: { build: "x", ...scripts } });

test("BP_NODE_FRAMEWORK accepts each framework", () => {
  expect(frameworks.map(({ name }) => name)).toEqual([...frameworkNames]);
});

describe("the build output of a web framework", () => {
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
      "Next.js with a start script for development",
      { ...framework("next", { start: "next dev" }), ".next/BUILD_ID": "" },
      {},
      "next start",
    ],
    [
      "Next.js in standalone mode",
      { ...framework("next", { start: "next start" }), ".next/standalone/server.js": "" },
      {},
      "node .next/standalone/server.js",
    ],
    [
      "Next.js in standalone mode with a prestart hook",
      { ...framework("next", { prestart: "y", start: "next start" }), ".next/standalone/server.js": "" },
      {},
      `${signals} npm start`,
    ],
    [
      "Next.js with a start script that needs a shell",
      framework("next", { start: "next start -p $PORT" }),
      {},
      "sh -c exec next start -p $PORT",
    ],
    [
      "Next.js in standalone mode in a monorepo",
      {
        ...framework("next"),
        ".next/required-server-files.json": '{"relativeAppDir":"apps/web","config":{"output":"standalone"}}',
        ".next/standalone/apps/web/server.js": "",
      },
      {},
      "node .next/standalone/apps/web/server.js",
    ],
    [
      "Next.js as a static export",
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
      "Nuxt as a generated site",
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
      "SvelteKit as a static site",
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
      "Astro as a static site",
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
      "React Router as a single-page app",
      { ...framework("@react-router/dev"), "build/client/index.html": "" },
      {},
      `${server} build/client --fallback=index.html`,
    ],
    ["NestJS", { ...framework("@nestjs/core", { start: "nest start" }), "dist/main.js": "" }, {}, "node dist/main.js"],
    [
      "NestJS in a monorepo",
      {
        ...framework("@nestjs/core", { start: "nest start" }),
        "nest-cli.json": '{"root":"apps/api"}',
        "dist/apps/api/main.js": "",
      },
      {},
      "node dist/apps/api/main.js",
    ],
    [
      "NestJS with its own start script",
      { ...framework("@nestjs/core", { start: "node dist/main" }), "dist/main.js": "" },
      {},
      "node dist/main",
    ],
    [
      "Angular as a single-page app",
      {
        ...framework("@angular/core", { start: "ng serve" }),
        "angular.json": '{"projects":{"shop":{"projectType":"application"}}}',
        "dist/shop/browser/index.html": "",
      },
      {},
      `${server} dist/shop/browser --fallback=index.html`,
    ],
    [
      "Angular with server-side rendering",
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
      "Vite next to a server of the app",
      { ...framework("vite", { start: "node server.js" }), "dist/index.html": "", "server.js": "" },
      {},
      "node server.js",
    ],
    [
      "Vite next to a server of the app, with BP_NODE_FRAMEWORK=vite",
      { ...framework("vite", { start: "node server.js" }), "dist/index.html": "" },
      { BP_NODE_FRAMEWORK: "vite" },
      `${server} dist --fallback=index.html`,
    ],
    [
      "Vite with BP_NODE_STATIC_FALLBACK=none",
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
      "a directory in BP_NODE_STATIC_ROOT",
      { "public/index.html": "", "server.js": "" },
      { BP_NODE_STATIC_ROOT: "./public/", BP_NODE_STATIC_FALLBACK: "404.html" },
      `${server} public --not-found=404.html`,
    ],
  ])("is started by the command for %s", async ([, app, env, web]) => {
    expect((await built(app, env)).commands.web).toBe(web);
  });

  test("is not served by node-start with BP_NODE_STATIC=false", async () => {
    const { commands, lines, left } = await built(
      { ...framework("vite"), "dist/index.html": "" },
      { BP_NODE_STATIC: "false" },
    );
    expect([commands, left]).toEqual([{}, ["dist/index.html", "package.json"]]);
    expect(lines).toEqual([
      "Another buildpack starts the process web",
      "BP_NODE_STATIC is false, and the output of Vite (dist/index.html) is a static site",
    ]);
  });

  test("contains the static files of a Next.js standalone build, and replaces the rest of the app", async () => {
    const outcome = await built({
      ...framework("next"),
      "next.config.js": "",
      "app/page.js": "",
      "node_modules/next/package.json": "{}",
      "public/a.txt": "a",
      ".next/standalone/server.js": "",
      ".next/static/chunks/x.js": "x",
      ".next/cache/big": "",
      ".next/BUILD_ID": "",
    });
    expect(outcome.left).toEqual([
      ".next/standalone/.next/static/chunks/x.js",
      ".next/standalone/public/a.txt",
      ".next/standalone/server.js",
    ]);
    expect(outcome.lines).toEqual([
      'Starting the app with "node .next/standalone/server.js"',
      "Chosen because of the output of Next.js (.next/standalone/server.js); environment: HOSTNAME=0.0.0.0; to start another file, set BP_LAUNCHPOINT to it",
      "The image contains only .next/standalone of the app, which is all that the app needs; to keep the rest, set BP_NODE_KEEP_SOURCE=true",
    ]);
    expect(outcome.layers).toMatchObject({ "start/env.launch/web/HOSTNAME.override": "0.0.0.0" });
    expect(outcome.result.slices).toEqual([[".next/standalone/.next/static"], [".next/standalone/public"]]);
  });

  const vite = { ...framework("vite"), "dist/index.html": "", "src/x.js": "" };

  test.for<[string, FileMap, Env, string]>([
    ["BP_NODE_KEEP_SOURCE is true", vite, { BP_NODE_KEEP_SOURCE: "true" }, "BP_NODE_KEEP_SOURCE"],
    [
      "another process needs other files of the app",
      { ...vite, Procfile: "worker: node src/x.js" },
      {},
      "the process worker",
    ],
    [
      "a symbolic link points to other files of the app",
      { ...vite, "dist/x.js": "-> ../src/x.js" },
      {},
      "the symbolic link dist/x.js, which points outside of dist",
    ],
  ])("does not replace the rest of the app if %s", async ([, app, env, reason]) => {
    const { left, lines } = await built(app, env);
    expect(left).toEqual(Object.keys(app).toSorted());
    expect(lines).toContain(`Sources and packages stay in the image because of ${reason}`);
  });

  test("is served by the static server on a default port, with slices for immutable files", async () => {
    const outcome = await built({ ...vite, "dist/assets/x-1a2b3c4d.js": "" });
    expect(outcome.left).toEqual(["dist/assets/x-1a2b3c4d.js", "dist/index.html"]);
    expect(outcome.layers).toMatchObject({
      "static-server/env.launch/PORT.default": "8080",
      "static-server/main.mjs": expect.any(String),
    });
    expect(outcome.result.slices).toEqual([["dist/assets"]]);
  });
});
