import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import "libcnb/testing/vitest";
import { type BuildFixture, buildFailure } from "libcnb/testing";
import { afterAll, expect, test } from "vitest";
import { centralFile } from "../../../../test/support/java/central-mirror.ts";
import { settingsFor } from "../../../../test/support/java/maven-repository.ts";
import buildpack from "../buildpack.ts";
import { shop } from "./test-apps.ts";
import { mavenMachine } from "./test-maven.ts";

const password = "s3cret-of-the-repository";
const expected = `Basic ${Buffer.from(`builder:${password}`).toString("base64")}`;

/** A repository that only who knows the password may read. */
const server = createServer(async ({ url = "/", headers }, response) => {
  if (headers.authorization !== expected)
    return response.writeHead(401, { "www-authenticate": 'Basic realm="private"' }).end();
  const file = await centralFile(decodeURIComponent(url.slice(1))).catch(() => undefined);
  return file === undefined ? response.writeHead(404).end() : createReadStream(file).pipe(response);
});
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const machine = await mavenMachine();
afterAll(async () => {
  server.close();
  await machine[Symbol.asyncDispose]();
});

const login = (secret: string): string =>
  `<servers><server><id>tests</id><username>builder</username><password>${secret}</password></server></servers>`;

const bound = (secret: string): NonNullable<BuildFixture["bindings"]> => ({
  maven: { type: "maven", "settings.xml": settingsFor(url, login(secret)) },
});

test("a build reads a private repository with the login in a binding, which is stored nowhere", {
  timeout: 600_000,
}, async () => {
  const { app, layers, log } = await machine.build(shop, { bindings: bound(password), layers: {} });
  expect(Object.keys(app)).toEqual(["shop-1.0.0.jar"]);
  const everything = [...Object.entries(app), ...Object.entries(layers)].map(([path, file]) => `${path}\n${file}`);
  for (const secret of [password, expected.slice("Basic ".length)])
    expect([...everything, ...log].filter((text) => text.includes(secret))).toEqual([]);
});

test("a new password of a private repository does not cause a rebuild", { timeout: 600_000 }, async () => {
  const { layers } = await machine.build(shop, { bindings: bound(password) });
  const again = await machine.build(shop, { bindings: bound("another"), layers });
  expect(again.log.filter((line) => /^(?:Building with|Reusing the result)/.test(line))).toEqual([
    "Reusing the result of the last build: nothing that affects target/shop-1.0.0.jar has changed",
  ]);
});

test("the error about a wrong password of a private repository does not contain the password", {
  timeout: 600_000,
}, async () => {
  const failure = await buildFailure(buildpack, { ...machine.given, app: shop, bindings: bound("wrong-password") });
  expect(failure.exitCode).toBe(1);
  expect(failure.stdout).toMatch(/401|Unauthorized|not authorized/i);
  expect(failure.stdout + failure.stderr).not.toContain("wrong-password");
});
