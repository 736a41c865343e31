// @needs openssl
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const program = resolve(import.meta.dirname, "../static-server/main.mjs");
/** What `htpasswd` makes, by the real openssl. */
const apr1 = (password: string, salt: string) =>
  execFileSync("openssl", ["passwd", "-apr1", "-salt", salt, password], { encoding: "utf8" }).trim();

const long = "a password of more than sixteen letters, größer";
const htpasswd = [
  "# who may come in",
  `short:${apr1("x", "ab")}`,
  `long:${apr1(long, "abcdefgh")}`,
  "sha:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", // password
  `ssha:{SSHA}${Buffer.from(`${execFileSync("sh", ["-c", "printf passwordsalt | sha1sum | cut -c-40"], { encoding: "utf8" }).trim()}73616c74`, "hex").toString("base64")}`,
  "plain:{PLAIN}a:b",
  "bcrypt:$2y$05$abcdefghijklmnopqrstuu3s7NbLFrCLq1b6BDMUwXbeBjGvfwvGe",
].join("\r\n");

let dir: string;
const running: ChildProcess[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "guards-"));
  const binding = { type: "htpasswd\n", ".htpasswd": htpasswd };
  const files = Object.entries(binding).map(([name, text]) => [`bindings/site/${name}`, text]);
  await writeFiles(dir, { ...Object.fromEntries(files), "site/index.html": "home", "none/": "" });
});
afterAll(async () => {
  for (const each of running) each.kill("SIGKILL");
  await rm(dir, { recursive: true });
});

async function serve(flags: readonly string[], bindings: string) {
  const env = { PORT: "0", SERVICE_BINDING_ROOT: join(dir, bindings) };
  const child = spawn(process.execPath, [program, join(dir, "site"), ...flags], { env });
  running.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  while (!/ on port \d+/.test(output) && child.exitCode === null)
    await Promise.race([once(child.stdout, "data"), once(child, "close")]);
  return { port: Number(/ on port (\d+)/.exec(output)?.[1]), child, output: () => output };
}

async function get(port: number, path: string, headers: Readonly<Record<string, string>>) {
  const [response] = await once(request({ port, path, headers, host: "127.0.0.1" }).end(), "response");
  response.resume();
  return { status: response.statusCode, ...response.headers };
}

describe("a site with passwords admits", () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
  let port: number;
  let output: () => string;
  beforeAll(async () => {
    ({ port, output } = await serve(["--htpasswd=required"], "bindings"));
  });

  test.for<[string, Readonly<Record<string, string>>, number]>([
    ["nobody without", {}, 401],
    ["a short one", basic("short:x"), 200],
    ["a long one", basic(`long:${long}`), 200],
    ["a long one once more", basic(`long:${long}`), 200],
    ["another one", basic("short:y"), 401],
    ["SHA-1", basic("sha:password"), 200],
    ["another for SHA-1", basic("sha:Password"), 401],
    ["salted SHA-1", basic("ssha:password"), 200],
    ["another for salted SHA-1", basic("ssha:passwords"), 401],
    ["one with a colon", basic("plain:a:b"), 200],
    ["nobody who is not named", basic("other:x"), 401],
    ["no comment", basic("# who may come in:"), 401],
    ["a form that it does not know", basic("bcrypt:password"), 401],
    ["no name of JavaScript's own", basic("constructor:x"), 401],
    ["no other way", { authorization: "Bearer abc" }, 401],
  ])("%s", async ([, headers, status]) => {
    const answer = await get(port, "/", headers);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer).toMatchObject({ "www-authenticate": expect.stringMatching(/^Basic realm=/) });
  });

  test("and reports users that it cannot check", () => {
    expect(output()).toContain("WARNING: passwords of this form are not known: bcrypt\n");
  });
});

test("a site built with passwords does not start without them", async () => {
  const { child, output } = await serve(["--htpasswd=required"], "none");
  expect([child.exitCode, output()]).toEqual([
    1,
    "The image was built for passwords, and there is no binding of the type htpasswd\n",
  ]);
});

test("a site built without passwords is open until the container has a binding", async () => {
  const [open, closed] = await Promise.all([serve(["--htpasswd"], "none"), serve(["--htpasswd"], "bindings")]);
  const statuses = [open, closed].map(async ({ port }) => (await get(port, "/", {})).status);
  expect(await Promise.all(statuses)).toEqual([200, 401]);
});

describe("a site over HTTPS", () => {
  let port: number;
  beforeAll(async () => {
    ({ port } = await serve(["--https", "--htpasswd"], "bindings"));
  });

  test.for<[string, string, Readonly<Record<string, string>>, object]>([
    ["sends there", "/a?b=c", { host: "example.com" }, { status: 301, location: "https://example.com/a?b=c" }],
    [
      "sends to the name that a proxy has",
      "/",
      { host: "10.0.0.1:8080", "x-forwarded-host": "example.com, other", "x-forwarded-proto": "http" },
      { status: 301, location: "https://example.com/" },
    ],
    ["asks for passwords there alone", "/", { host: "a", "x-forwarded-proto": "https" }, { status: 401 }],
    ["takes the first proxy's word", "/", { host: "a", "x-forwarded-proto": "https, http" }, { status: 401 }],
    ["sends nobody to what is not a name", "/", { host: "a", "x-forwarded-host": "evil.com/x@" }, { status: 400 }],
    [
      "sends to the name in the address that is asked for",
      "http://example.com/a?b=c",
      { host: "evil.com" },
      { status: 301, location: "https://example.com/a?b=c" },
    ],
    ["sends nobody to an address that is none", "http://evil.com\\@a/", { host: "a" }, { status: 400 }],
    ["sends nobody elsewhere by a path", "//evil.com", { host: "a" }, { status: 301, location: "https://a//evil.com" }],
  ])("%s", async ([, path, headers, expected]) => expect(await get(port, path, headers)).toMatchObject(expected));
});
