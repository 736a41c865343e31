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

describe("output of frameworks", () => {
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
      { ...framework("next", { prestart: "y", start: "next start" }), ".next/standalone/server.js": "" },
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

  test("a Next.js standalone build has its files in place, without others", async () => {
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
      "Chosen because of the output of Next.js (.next/standalone/server.js); with HOSTNAME=0.0.0.0; set BP_LAUNCHPOINT to a file of the app for another one",
      "From the app, only .next/standalone is in the image, because it contains everything the app needs; BP_NODE_KEEP_SOURCE=true keeps the rest",
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

  test("a site has the server, a port, and slices for immutable files", async () => {
    const outcome = await built({ ...vite, "dist/assets/x-1a2b3c4d.js": "" });
    expect(outcome.left).toEqual(["dist/assets/x-1a2b3c4d.js", "dist/index.html"]);
    expect(outcome.layers).toMatchObject({
      "static-server/env.launch/PORT.default": "8080",
      "static-server/main.mjs": expect.any(String),
    });
    expect(outcome.result.slices).toEqual([["dist/assets"]]);
  });
});
