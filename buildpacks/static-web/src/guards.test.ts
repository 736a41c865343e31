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
/** The line that `htpasswd` would create, made with the real openssl. */
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

describe("a site with passwords", () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
  let port: number;
  let output: () => string;
  beforeAll(async () => {
    ({ port, output } = await serve(["--htpasswd=required"], "bindings"));
  });

  test.for<[string, Readonly<Record<string, string>>, number]>([
    ["refuses a request without a password", {}, 401],
    ["accepts a short MD5 password", basic("short:x"), 200],
    ["accepts a long MD5 password", basic(`long:${long}`), 200],
    ["accepts a long MD5 password again", basic(`long:${long}`), 200],
    ["refuses a wrong MD5 password", basic("short:y"), 401],
    ["accepts an SHA-1 password", basic("sha:password"), 200],
    ["refuses a wrong SHA-1 password", basic("sha:Password"), 401],
    ["accepts a salted SHA-1 password", basic("ssha:password"), 200],
    ["refuses a wrong salted SHA-1 password", basic("ssha:passwords"), 401],
    ["accepts a password with a colon", basic("plain:a:b"), 200],
    ["refuses an unknown user", basic("other:x"), 401],
    ["refuses a comment of the password file as a user", basic("# who may come in:"), 401],
    ["refuses a password in an unknown format", basic("bcrypt:password"), 401],
    ["refuses the name of an object's property as a user", basic("constructor:x"), 401],
    ["refuses another authentication scheme", { authorization: "Bearer abc" }, 401],
  ])("%s", async ([, headers, status]) => {
    const answer = await get(port, "/", headers);
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer).toMatchObject({ "www-authenticate": expect.stringMatching(/^Basic realm=/) });
  });

  test("logs the names of users whose password format is unknown", () => {
    expect(output()).toContain(
      "WARNING: these users cannot log in, because the hash format of their passwords is not supported: bcrypt\n",
    );
  });
});

test("a site built with passwords does not start if the container has no binding with passwords", async () => {
  const { child, output } = await serve(["--htpasswd=required"], "none");
  expect([child.exitCode, output()]).toEqual([
    1,
    "The site is password-protected, but the container has no binding of the type htpasswd\n",
  ]);
});

test("a site built without passwords requires passwords only if the container has a binding with passwords", async () => {
  const [open, closed] = await Promise.all([serve(["--htpasswd"], "none"), serve(["--htpasswd"], "bindings")]);
  const statuses = [open, closed].map(async ({ port }) => (await get(port, "/", {})).status);
  expect(await Promise.all(statuses)).toEqual([200, 401]);
});

describe("a site that enforces HTTPS", () => {
  let port: number;
  beforeAll(async () => {
    ({ port } = await serve(["--https", "--htpasswd"], "bindings"));
  });

  test.for<[string, string, Readonly<Record<string, string>>, object]>([
    [
      "redirects HTTP to HTTPS",
      "/a?b=c",
      { host: "example.com" },
      { status: 301, location: "https://example.com/a?b=c" },
    ],
    [
      "redirects to the host in X-Forwarded-Host",
      "/",
      { host: "10.0.0.1:8080", "x-forwarded-host": "example.com, other", "x-forwarded-proto": "http" },
      { status: 301, location: "https://example.com/" },
    ],
    ["requests a password only over HTTPS", "/", { host: "a", "x-forwarded-proto": "https" }, { status: 401 }],
    [
      "uses the first value of X-Forwarded-Proto",
      "/",
      { host: "a", "x-forwarded-proto": "https, http" },
      { status: 401 },
    ],
    ["refuses a malformed X-Forwarded-Host", "/", { host: "a", "x-forwarded-host": "evil.com/x@" }, { status: 400 }],
    [
      "redirects to the host in an absolute request URL",
      "http://example.com/a?b=c",
      { host: "evil.com" },
      { status: 301, location: "https://example.com/a?b=c" },
    ],
    ["refuses a malformed request URL", "http://evil.com\\@a/", { host: "a" }, { status: 400 }],
    [
      "keeps the host if the path starts with two slashes",
      "//evil.com",
      { host: "a" },
      { status: 301, location: "https://a//evil.com" },
    ],
  ])("%s", async ([, path, headers, expected]) => expect(await get(port, path, headers)).toMatchObject(expected));
});
