import "libcnb/testing/vitest";
import { resolve } from "node:path";
import { build, buildFailure, detect, type FileMap, rebuild } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import staticWeb from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
type Texts = Readonly<Record<string, string>>;
const page = { "index.html": "<h1>hello</h1>" };
const none = "there is no index.html, neither in public, dist, build, _site, site, www, htdocs nor in the app itself";
const hint = "if it is a site, set BP_WEB_SERVER_ROOT to its folder";

describe("detect", () => {
  test.for<[string, FileMap, Texts]>([
    ["public/index.html", { "public/index.html": "" }, {}],
    ["index.html", page, {}],
    ["a folder that is named", { "docs/a.txt": "" }, { BP_WEB_SERVER_ROOT: "docs" }],
    ["a folder that is named, in an app in Go", { "docs/a.txt": "", "go.mod": "" }, { BP_WEB_SERVER_ROOT: "./docs/" }],
    ["a server that is named", { "public/a.txt": "" }, { BP_WEB_SERVER: "nginx" }],
    ["a server that is named, in an app in Go", { ...page, "go.mod": "" }, { BP_WEB_SERVER: "httpd" }],
    ["a worker in the Procfile", { ...page, Procfile: "worker: ./work" }, {}],
  ])("passes with %s", async ([, app, env]) => {
    const outcome = await detect(staticWeb, { buildpack, app, env });
    expect(outcome).toPass();
    expect(outcome).toRequire("node", { launch: true });
  });

  test.for<[string, FileMap, Texts, string]>([
    ["nothing", { "README.md": "" }, {}, none],
    ["a folder without a page", { "public/404.html": "" }, {}, none],
    ["none", page, { BP_WEB_SERVER: "none" }, "BP_WEB_SERVER is none"],
    ["an app in Go", { ...page, "go.mod": "" }, {}, `go.mod says that the app is a program; ${hint}`],
    [
      "an app in C#",
      { "public/index.html": "", "web.csproj": "" },
      {},
      `web.csproj says that the app is a program; ${hint}`,
    ],
    ["a Procfile", { ...page, Procfile: "web: ./server" }, {}, `Procfile says what starts the app; ${hint}`],
    [
      "a folder that is not there",
      page,
      { BP_WEB_SERVER_ROOT: "dist" },
      'BP_WEB_SERVER_ROOT is "dist", and the app has no such folder, or it is empty',
    ],
    [
      "a folder above",
      page,
      { BP_WEB_SERVER_ROOT: "../x" },
      'BP_WEB_SERVER_ROOT is "../x", which does not lie in the app',
    ],
    [
      "a folder elsewhere",
      page,
      { BP_WEB_SERVER_ROOT: "/etc" },
      'BP_WEB_SERVER_ROOT is "/etc", which does not lie in the app',
    ],
  ])("fails with %s", async ([, app, env, reason]) => {
    expect(await detect(staticWeb, { buildpack, app, env })).toFail(reason);
  });

  test("an unknown server is an error", async () => {
    const outcome = detect(staticWeb, { buildpack, app: page, env: { BP_WEB_SERVER: "iis" } });
    await expect(outcome).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});

const server = "node <layers>/static-server/main.mjs";

describe("the process serves", () => {
  test.for<[string, FileMap, Texts, string]>([
    ["the first of the usual folders", { "dist/index.html": "", "public/index.html": "" }, {}, "public --htpasswd"],
    ["the output of a generator", { "_site/index.html": "", "_config.yml": "" }, {}, "_site --htpasswd"],
    ["a page in a folder rather than the app", { ...page, "www/index.html": "" }, {}, "www --htpasswd"],
    ["the app itself", page, {}, ". --htpasswd"],
    ["the folder that is named", { ...page, "a/b/c.txt": "" }, { BP_WEB_SERVER_ROOT: "./a//b/" }, "a/b --htpasswd"],
    ["the app, where that is named", { "public/index.html": "" }, { BP_WEB_SERVER_ROOT: "." }, ". --htpasswd"],
    ["pages of the browser", page, { BP_WEB_SERVER_ENABLE_PUSH_STATE: "true" }, ". --fallback=index.html --htpasswd"],
    ["by HTTPS", page, { BP_WEB_SERVER_FORCE_HTTPS: "true" }, ". --https --htpasswd"],
  ])("%s", async ([, app, env, expected]) => {
    const outcome = await build(staticWeb, { buildpack, app, env });
    const { command, default: isDefault } = outcome.parsed.launch.processes["web"] ?? {};
    expect([command?.join(" "), isDefault]).toEqual([`${server} ${expected}`, true]);
    expect(outcome).toHaveEnv("web", { PORT: "8080" });
  });

  test("pages to users with a password, if the build has some", async () => {
    const bindings = { site: { type: "htpasswd", ".htpasswd": "me:{SHA}s3cretdigest=" } };
    const outcome = await build(staticWeb, { buildpack, app: page, bindings });
    expect(outcome.parsed.launch.processes["web"]?.command.at(-1)).toBe("--htpasswd=required");
    expect(JSON.stringify([outcome.layers, outcome.stdout, outcome.stderr])).not.toContain("s3cretdigest");
  });
});

test("the server has its own layer, which is reused", async () => {
  const first = await build(staticWeb, { buildpack, app: page });
  expect(first).toHaveLayer("static-server", { types: ["launch"] });
  expect(Object.keys(first.parsed.layers["static-server"]?.files ?? {})).toContain("main.mjs");
  const next = await rebuild(staticWeb, first, { app: { "index.html": "changed" } });
  expect(next.parsed.layers["static-server"]?.files).toBeUndefined();
});

test.for<[string, FileMap, Texts, readonly string[]]>([
  [
    "a folder",
    { "public/index.html": "" },
    {},
    ["Serving the folder public", "Chosen because of public/index.html; set BP_WEB_SERVER_ROOT for another folder"],
  ],
  [
    "the app",
    page,
    { BP_WEB_SERVER: "nginx" },
    [
      "Serving the app itself",
      "Chosen because of index.html; set BP_WEB_SERVER_ROOT for another folder",
      "Everybody can read all files of the app, but hidden ones",
      "A small server stands in for nginx, whose own settings are not read",
    ],
  ],
])("the log reports the served files: %s", async ([, app, env, lines]) => {
  const { log } = await build(staticWeb, { buildpack, app, env });
  expect(log.slice(-lines.length)).toEqual(lines);
});

test.for<[string, FileMap, object, string]>([
  ["nothing to serve", { "a.txt": "" }, {}, "WEB_SERVER_ROOT_MISSING"],
  ["a binding without passwords", page, { site: { type: "htpasswd", htpasswd: "x" } }, "WEB_SERVER_PASSWORDS_MISSING"],
])("%s is an error", async ([, app, bindings, code]) => {
  const { error } = await buildFailure(staticWeb, { buildpack, app, bindings: bindings as never });
  expect(error).toMatchObject({ code });
});
