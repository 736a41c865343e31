import "libcnb/testing/vitest";
import { resolve } from "node:path";
import { build, buildFailure, detect, type FileMap, rebuild } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import staticWeb from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
type Texts = Readonly<Record<string, string>>;
const page = { "index.html": "<h1>hello</h1>" };
const none = "no index.html in public, dist, build, _site, site, www, htdocs or the app's root";
const hint = "if the app is a site, set BP_WEB_SERVER_ROOT to its directory";

describe("detect", () => {
  test.for<[string, FileMap, Texts]>([
    ["a page in public", { "public/index.html": "" }, {}],
    ["a page in the app's root", page, {}],
    ["the directory in BP_WEB_SERVER_ROOT", { "docs/a.txt": "" }, { BP_WEB_SERVER_ROOT: "docs" }],
    [
      "the directory in BP_WEB_SERVER_ROOT, in a Go app",
      { "docs/a.txt": "", "go.mod": "" },
      { BP_WEB_SERVER_ROOT: "./docs/" },
    ],
    ["BP_WEB_SERVER=nginx", { "public/a.txt": "" }, { BP_WEB_SERVER: "nginx" }],
    ["BP_WEB_SERVER=httpd, in a Go app", { ...page, "go.mod": "" }, { BP_WEB_SERVER: "httpd" }],
    ["a Procfile without a web process", { ...page, Procfile: "worker: ./work" }, {}],
  ])("passes for %s", async ([, app, env]) => {
    const outcome = await detect(staticWeb, { buildpack, app, env });
    expect(outcome).toPass();
    expect(outcome).toRequire("node", { launch: true });
  });

  test.for<[string, FileMap, Texts, string]>([
    ["an app without pages", { "README.md": "" }, {}, none],
    ["a directory without index.html", { "public/404.html": "" }, {}, none],
    ["BP_WEB_SERVER=none", page, { BP_WEB_SERVER: "none" }, "BP_WEB_SERVER is none"],
    [
      "a Go app",
      { ...page, "go.mod": "" },
      {},
      `the app has go.mod, so it is probably a program and not a site; ${hint}`,
    ],
    [
      "a C# app",
      { "public/index.html": "", "web.csproj": "" },
      {},
      `the app has web.csproj, so it is probably a program and not a site; ${hint}`,
    ],
    [
      "a Procfile with a web process",
      { ...page, Procfile: "web: ./server" },
      {},
      `the Procfile has a process web; ${hint}`,
    ],
    [
      "a missing directory in BP_WEB_SERVER_ROOT",
      page,
      { BP_WEB_SERVER_ROOT: "dist" },
      'BP_WEB_SERVER_ROOT is "dist", but this directory does not exist or is empty',
    ],
    [
      "a BP_WEB_SERVER_ROOT above the app",
      page,
      { BP_WEB_SERVER_ROOT: "../x" },
      'BP_WEB_SERVER_ROOT is "../x", which is outside of the app',
    ],
    [
      "an absolute BP_WEB_SERVER_ROOT",
      page,
      { BP_WEB_SERVER_ROOT: "/etc" },
      'BP_WEB_SERVER_ROOT is "/etc", which is outside of the app',
    ],
  ])("fails for %s", async ([, app, env, reason]) => {
    expect(await detect(staticWeb, { buildpack, app, env })).toFail(reason);
  });

  test("fails with an error for an unknown BP_WEB_SERVER", async () => {
    const outcome = detect(staticWeb, { buildpack, app: page, env: { BP_WEB_SERVER: "iis" } });
    await expect(outcome).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});

const server = "node <layers>/static-server/main.mjs";

describe("the web process of a static site", () => {
  test.for<[string, FileMap, Texts, string]>([
    [
      "serves the first conventional directory",
      { "dist/index.html": "", "public/index.html": "" },
      {},
      "public --htpasswd",
    ],
    ["serves the output of a site generator", { "_site/index.html": "", "_config.yml": "" }, {}, "_site --htpasswd"],
    [
      "serves a directory with a page rather than the app's root",
      { ...page, "www/index.html": "" },
      {},
      "www --htpasswd",
    ],
    ["serves the app's root", page, {}, ". --htpasswd"],
    [
      "serves the directory in BP_WEB_SERVER_ROOT",
      { ...page, "a/b/c.txt": "" },
      { BP_WEB_SERVER_ROOT: "./a//b/" },
      "a/b --htpasswd",
    ],
    [
      "serves the app's root with BP_WEB_SERVER_ROOT=.",
      { "public/index.html": "" },
      { BP_WEB_SERVER_ROOT: "." },
      ". --htpasswd",
    ],
    [
      "serves a single-page app with BP_WEB_SERVER_ENABLE_PUSH_STATE",
      page,
      { BP_WEB_SERVER_ENABLE_PUSH_STATE: "true" },
      ". --fallback=index.html --htpasswd",
    ],
    [
      "enforces HTTPS with BP_WEB_SERVER_FORCE_HTTPS",
      page,
      { BP_WEB_SERVER_FORCE_HTTPS: "true" },
      ". --https --htpasswd",
    ],
  ])("%s", async ([, app, env, expected]) => {
    const outcome = await build(staticWeb, { buildpack, app, env });
    const { command, default: isDefault } = outcome.parsed.launch.processes["web"] ?? {};
    expect([command?.join(" "), isDefault]).toEqual([`${server} ${expected}`, true]);
    expect(outcome).toHaveEnv("web", { PORT: "8080" });
  });

  test("requires passwords if the build has a binding with passwords", async () => {
    const bindings = { site: { type: "htpasswd", ".htpasswd": "me:{SHA}s3cretdigest=" } };
    const outcome = await build(staticWeb, { buildpack, app: page, bindings });
    expect(outcome.parsed.launch.processes["web"]?.command.at(-1)).toBe("--htpasswd=required");
    expect(JSON.stringify([outcome.layers, outcome.stdout, outcome.stderr])).not.toContain("s3cretdigest");
  });
});

test("the static web server is in its own layer, which the next build reuses", async () => {
  const first = await build(staticWeb, { buildpack, app: page });
  expect(first).toHaveLayer("static-server", { types: ["launch"] });
  expect(Object.keys(first.parsed.layers["static-server"]?.files ?? {})).toContain("main.mjs");
  const next = await rebuild(staticWeb, first, { app: { "index.html": "changed" } });
  expect(next.parsed.layers["static-server"]?.files).toBeUndefined();
});

test.for<[string, FileMap, Texts, readonly string[]]>([
  [
    "the served directory",
    { "public/index.html": "" },
    {},
    [
      "Serving the directory public",
      "Chosen because of public/index.html; to serve another directory, set BP_WEB_SERVER_ROOT",
    ],
  ],
  [
    "the app's root as the served directory, with hints",
    page,
    { BP_WEB_SERVER: "nginx" },
    [
      "Serving the app's root",
      "Chosen because of index.html; to serve another directory, set BP_WEB_SERVER_ROOT",
      "The server serves every file of the app except hidden ones",
      "This buildpack's own server replaces nginx: the configuration of that server has no effect",
    ],
  ],
])("the log names %s", async ([, app, env, lines]) => {
  const { log } = await build(staticWeb, { buildpack, app, env });
  expect(log.slice(-lines.length)).toEqual(lines);
});

test.for<[string, FileMap, object, string]>([
  ["an app without anything to serve", { "a.txt": "" }, {}, "WEB_SERVER_ROOT_MISSING"],
  ["a binding without passwords", page, { site: { type: "htpasswd", htpasswd: "x" } }, "WEB_SERVER_PASSWORDS_MISSING"],
])("the build fails for %s", async ([, app, bindings, code]) => {
  const { error } = await buildFailure(staticWeb, { buildpack, app, bindings: bindings as never });
  expect(error).toMatchObject({ code });
});
