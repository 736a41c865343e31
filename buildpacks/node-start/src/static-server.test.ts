// @needs processes
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink, utimes } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const program = resolve(import.meta.dirname, "../static-server/main.mjs");
const imageTime = new Date("1980-01-01T00:00:01Z");

const files: FileMap = {
  "site/index.html": "<h1>home</h1>",
  "site/about.html": "about",
  "site/docs/index.html": "docs",
  "site/404.html": "nothing here",
  "site/assets/index-BxK2pQ9a.js": "run()",
  "site/assets/index-BxK2pQ9a.js.br": "small",
  "site/assets/index-BxK2pQ9a.js.gz": "middling",
  "site/assets/logo.svg": "<svg/>",
  "site/with space.txt": "blank",
  "site/größe.txt": "umlaut",
  "site/empty.css": "",
  "site/.env": "SECRET=1",
  "site/.well-known/security.txt": "mail us",
  "secret.txt": "secret",
};

let dir: string;
let site: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "static-server-"));
  site = join(dir, "site");
  await writeFiles(dir, files);
  await symlink("about.html", join(site, "link.html"));
  await symlink("../secret.txt", join(site, "stolen.txt"));
  await utimes(join(site, "index.html"), imageTime, imageTime);
  await utimes(join(site, "about.html"), new Date("2026-05-04T03:02:01Z"), new Date("2026-05-04T03:02:01Z"));
});
afterAll(async () => {
  for (const each of running) each.kill("SIGKILL");
  await rm(dir, { recursive: true });
});

interface Server {
  readonly port: number;
  readonly process: ChildProcess;
  output(): string;
}

async function serve(flags: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Server> {
  const process = spawn(globalThis.process.execPath, [program, site, ...flags], { env: { PORT: "0", ...env } });
  running.push(process);
  let output = "";
  for (const stream of [process.stdout, process.stderr]) stream.on("data", (data) => (output += data));
  while (!/ on port \d+/.test(output)) await once(process.stdout, "data");
  return { port: Number(/ on port (\d+)/.exec(output)?.[1]), process, output: () => output };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Unlike fetch, it sends paths as they are. */
async function get(
  { port }: Server,
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<Answer> {
  const sent = request({ port, path, headers, method, host: "127.0.0.1" }).end();
  const [response] = await once(sent, "response");
  let body = "";
  for await (const chunk of response) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

describe("the static server", () => {
  let server: Server;
  beforeAll(async () => {
    server = await serve([]);
  });

  test.for<[path: string, status: number, body: string, headers: Answer["headers"]]>([
    ["/", 200, "<h1>home</h1>", { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" }],
    ["/?utm=1", 200, "<h1>home</h1>", {}],
    ["//index.html", 200, "<h1>home</h1>", {}],
    ["/about", 200, "about", { "content-type": "text/html; charset=utf-8" }],
    ["/about.html", 200, "about", { "last-modified": "Mon, 04 May 2026 03:02:01 GMT" }],
    ["/link.html", 200, "about", {}],
    ["/docs/", 200, "docs", {}],
    ["/docs?a=/b", 308, "Permanent Redirect\n", { location: "/docs/?a=/b" }],
    ["//docs", 308, "Permanent Redirect\n", { location: "/docs/" }],
    ["/with%20space.txt", 200, "blank", { "content-type": "text/plain; charset=utf-8" }],
    ["/gr%C3%B6%C3%9Fe.txt", 200, "umlaut", {}],
    ["/empty.css", 200, "", { "content-length": "0", "content-type": "text/css; charset=utf-8" }],
    ["/.well-known/security.txt", 200, "mail us", {}],
    [
      "/assets/logo.svg",
      200,
      "<svg/>",
      { "cache-control": "no-cache", "content-type": "image/svg+xml; charset=utf-8" },
    ],
    [
      "/assets/index-BxK2pQ9a.js",
      200,
      "run()",
      {
        "cache-control": "public, max-age=31536000, immutable",
        "content-type": "text/javascript; charset=utf-8",
        "x-content-type-options": "nosniff",
      },
    ],
    ["/gone", 404, "nothing here", { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }],
    ["/about/", 404, "nothing here", {}],
    ["/index.html/x", 404, "nothing here", {}],
    ["/stolen.txt", 404, "nothing here", {}],
    ["/../secret.txt", 400, "Bad Request\n", {}],
    ["/docs/%2e%2e/%2e%2e/secret.txt", 400, "Bad Request\n", {}],
    ["/..%2fsecret.txt", 400, "Bad Request\n", {}],
    ["/..%5csecret.txt", 400, "Bad Request\n", {}],
    ["/.env", 400, "Bad Request\n", {}],
    ["/%00", 400, "Bad Request\n", {}],
    ["/%ff", 400, "Bad Request\n", {}],
    // as proxies are asked, which any server must understand: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
    ["http://elsewhere/about", 200, "about", {}],
    ["HTTPS://elsewhere:1?utm=1", 200, "<h1>home</h1>", {}],
    ["http://elsewhere/docs?a=/b", 308, "Permanent Redirect\n", { location: "/docs/?a=/b" }],
    ["http://elsewhere//docs", 308, "Permanent Redirect\n", { location: "/docs/" }],
    ["http://elsewhere/../secret.txt", 400, "Bad Request\n", {}],
    ["http://me:secret@elsewhere/", 400, "Bad Request\n", {}],
    ["http:///about", 400, "Bad Request\n", {}],
    ["ftp://elsewhere/about", 400, "Bad Request\n", {}],
  ])('answers a GET request for "%s" with the status %s', async ([path, status, body, headers]) => {
    expect(await get(server, path)).toMatchObject({ status, body, headers });
  });

  test("answers GET requests for a path of 5000 characters with status 404", async () => {
    expect(await get(server, `/${"x".repeat(5000)}`)).toMatchObject({ status: 404, body: "nothing here" });
  });

  test.for<[accepted: string, body: string, coding: string | undefined]>([
    ["gzip, deflate, br", "small", "br"],
    ["gzip", "middling", "gzip"],
    ["br;q=0, gzip;q=0.5", "middling", "gzip"],
    ["br ; q=0 , GZIP ;\tq=0.5", "middling", "gzip"],
    ["*", "small", "br"],
    ["identity", "run()", undefined],
  ])(
    "sends the best compressed file for a request with the Accept-Encoding header %j",
    async ([accepted, body, coding]) => {
      const answer = await get(server, "/assets/index-BxK2pQ9a.js", { "accept-encoding": accepted });
      expect([answer.body, answer.headers["content-encoding"], answer.headers.vary]).toEqual([
        body,
        coding,
        "Accept-Encoding",
      ]);
    },
  );

  test.for<[range: string, status: number, body: string, part: string | undefined]>([
    ["bytes=0-3", 206, "<h1>", "bytes 0-3/13"],
    ["bytes=9-", 206, "/h1>", "bytes 9-12/13"],
    ["bytes=-4", 206, "/h1>", "bytes 9-12/13"],
    ["bytes=9-99", 206, "/h1>", "bytes 9-12/13"],
    ["bytes=13-", 416, "", "bytes */13"],
    ["bytes=-0", 416, "", "bytes */13"],
    ["bytes=5-2", 200, "<h1>home</h1>", undefined],
    ["bytes=0-1,3-4", 200, "<h1>home</h1>", undefined],
    ["lines=1-2", 200, "<h1>home</h1>", undefined],
  ])("answers a request with the Range header %j with the status %s", async ([range, status, body, part]) => {
    const answer = await get(server, "/", { range });
    expect([answer.status, answer.body, answer.headers["content-range"]]).toEqual([status, body, part]);
  });

  test("answers 304 if the ETag matches or the file is not newer, and ignores the fixed modification time of files in an image", async () => {
    const { etag, "last-modified": modified } = (await get(server, "/")).headers;
    expect([etag, modified]).toEqual([expect.stringMatching(/^"[\w-]{22}"$/), undefined]);
    const statuses = async (path: string, headers: Record<string, string>) => (await get(server, path, headers)).status;
    expect(await statuses("/", { "if-none-match": `"x", W/${etag}` })).toBe(304);
    expect(await statuses("/", { "if-none-match": '"x"' })).toBe(200);
    expect(await statuses("/", { "if-modified-since": new Date().toUTCString() })).toBe(200);
    expect(await statuses("/about", { "if-modified-since": "Mon, 04 May 2026 03:02:01 GMT" })).toBe(304);
    expect(await statuses("/about", { "if-modified-since": "Mon, 04 May 2026 03:02:00 GMT" })).toBe(200);
    expect(await statuses("/", { range: "bytes=0-1", "if-range": String(etag) })).toBe(206);
    expect(await statuses("/", { range: "bytes=0-1", "if-range": '"x"' })).toBe(200);
  });

  test("sends the same headers for HEAD as for GET, and refuses other methods", async () => {
    const [head, whole] = [await get(server, "/", { range: "bytes=0-1" }, "HEAD"), await get(server, "/")];
    const { date: _a, ...of } = head.headers;
    const { date: _b, ...wanted } = whole.headers;
    expect([head.body, of]).toEqual(["", wanted]);
    expect(await get(server, "/", {}, "POST")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
  });
});

test("the static server sends the fallback page for client-side routes but not for missing files", async () => {
  const server = await serve(["--fallback=index.html"]);
  const statuses = ["/users/42", "/users/jane.doe", "/gone.js"].map(
    async (path) => (await get(server, path, { accept: "text/html,*/*" })).status,
  );
  expect(await Promise.all(statuses)).toEqual([200, 200, 200]);
  expect([(await get(server, "/users/42")).body, (await get(server, "/gone.js")).status]).toEqual([
    "<h1>home</h1>",
    404,
  ]);
});

test("the static server logs requests, and exits with 0 on SIGTERM", async () => {
  const server = await serve([], { BPL_STATIC_ACCESS_LOG: "true" });
  await get(server, "/about?x=1");
  server.process.kill("SIGTERM");
  expect(await once(server.process, "exit")).toEqual([0, null]);
  expect(server.output()).toMatch(/GET \/about\?x=1 200 \d/);
});

test.for([
  ["is taken", undefined, "EADDRINUSE"],
  ["is not a number", "tcp://10.0.0.1:80", "NaN"],
] as const)("the static server fails with an error of one line if its port %s", async ([, given, reason]) => {
  const port = given ?? String((await serve([])).port);
  const second = spawn(process.execPath, [program, site], { env: { PORT: port } });
  let output = "";
  second.stderr.on("data", (data) => (output += data));
  expect(await once(second, "close")).toEqual([1, null]);
  expect(output).toMatch(new RegExp(`^The static server cannot listen: .*${reason}.*\\n$`));
});
