// @needs processes
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RegistryLogin } from "../../registry-options.ts";
import { systemClock } from "../clock.ts";
import { type Credentials, credentialFinder } from "./credentials.ts";

const findCredentials = async (
  { registry, repository }: { readonly registry: string; readonly repository: string },
  options: Parameters<typeof credentialFinder>[1],
): Promise<Credentials | undefined> => credentialFinder(registry, options)(repository);

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "libcnb-credentials-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const auth = (pair: string) => Buffer.from(pair).toString("base64");
const basic = (username: string, password: string): Credentials => ({ kind: "basic", username, password });
const at = (reference: string) => {
  const slash = reference.indexOf("/");
  return { registry: reference.slice(0, slash), repository: reference.slice(slash + 1) };
};

function write(file: string, content: unknown): string {
  mkdirSync(join(home, file, ".."), { recursive: true });
  writeFileSync(join(home, file), typeof content === "string" ? content : JSON.stringify(content));
  return join(home, file);
}

describe("an auths entry of Docker's config.json", () => {
  test.for<[string, Record<string, unknown>, string, Credentials | undefined]>([
    [
      "is found by host",
      { "registry.example": { auth: auth("me:secret:x") } },
      "registry.example/app",
      basic("me", "secret:x"),
    ],
    [
      "is found by host and port",
      { "localhost:5000": { auth: auth("me:secret") } },
      "localhost:5000/app",
      basic("me", "secret"),
    ],
    [
      "is found by URL",
      { "https://registry.example/v1/": { auth: auth("me:secret") } },
      "registry.example/app",
      basic("me", "secret"),
    ],
    [
      "is found for Docker Hub",
      { "https://index.docker.io/v1/": { auth: auth("me:secret") } },
      "docker.io/library/debian",
      basic("me", "secret"),
    ],
    [
      "is found by the longest matching namespace",
      { "r.example": { auth: auth("a:1") }, "r.example/team": { auth: auth("b:2") } },
      "r.example/team/app",
      basic("b", "2"),
    ],
    [
      "is not used for a namespace that merely starts with the same characters",
      { "r.example/team": { auth: auth("b:2") } },
      "r.example/teams/app",
      undefined,
    ],
    [
      "is not used for a host that merely starts with the same characters",
      { "r.example": { auth: auth("a:1") } },
      "r.example.evil/app",
      undefined,
    ],
    [
      "may have separate username and password",
      { "r.example": { username: "a", password: "1" } },
      "r.example/app",
      basic("a", "1"),
    ],
    [
      "may have an identity token",
      { "r.example": { auth: auth("00000000:"), identitytoken: "refresh" } },
      "r.example/app",
      { kind: "identity", token: "refresh" },
    ],
    [
      "may have a registry token",
      { "r.example": { registrytoken: "ready" } },
      "r.example/app",
      { kind: "header", value: "Bearer ready" },
    ],
    ["without content is ignored", { "r.example": {} }, "r.example/app", undefined],
    ["is not used for another host", { "other.example": { auth: auth("a:1") } }, "r.example/app", undefined],
  ])("%s", async ([, auths, reference, expected]) => {
    write(".docker/config.json", { auths });
    expect(await findCredentials(at(reference), { env: { HOME: home } })).toEqual(expected);
  });
});

describe("for registry credentials,", () => {
  const entry = (name: string) => ({ auths: { "r.example": { auth: auth(`${name}:x`) } } });
  const everywhere = () => ({
    HOME: home,
    REGISTRY_AUTH_FILE: write("given.json", entry("the file of REGISTRY_AUTH_FILE")),
    DOCKER_AUTH_CONFIG: JSON.stringify(entry("the value of DOCKER_AUTH_CONFIG")),
    XDG_RUNTIME_DIR: join(write("run/containers/auth.json", entry("auth.json in XDG_RUNTIME_DIR")), "../.."),
    XDG_CONFIG_HOME: join(write("config/containers/auth.json", entry("auth.json in XDG_CONFIG_HOME")), "../.."),
    DOCKER_CONFIG: join(write("docker/config.json", entry("config.json in DOCKER_CONFIG")), ".."),
  });

  test.for<[string, string[]]>([
    ["the file of REGISTRY_AUTH_FILE", []],
    ["the value of DOCKER_AUTH_CONFIG", ["REGISTRY_AUTH_FILE"]],
    ["cnb's own configuration", ["REGISTRY_AUTH_FILE", "DOCKER_AUTH_CONFIG"]],
    ["auth.json in XDG_RUNTIME_DIR", ["REGISTRY_AUTH_FILE", "DOCKER_AUTH_CONFIG", "cnb's own configuration"]],
    [
      "auth.json in XDG_CONFIG_HOME",
      ["REGISTRY_AUTH_FILE", "DOCKER_AUTH_CONFIG", "cnb's own configuration", "XDG_RUNTIME_DIR"],
    ],
    [
      "config.json in DOCKER_CONFIG",
      ["REGISTRY_AUTH_FILE", "DOCKER_AUTH_CONFIG", "cnb's own configuration", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"],
    ],
  ])("%s is used if the earlier sources are absent", async ([expected, without]) => {
    const env: NodeJS.ProcessEnv = everywhere();
    for (const name of without) delete env[name];
    const logins = without.includes("cnb's own configuration")
      ? undefined
      : { "r.example": { username: "cnb's own configuration", password: "x" } };
    expect(await findCredentials(at("r.example/app"), { env, logins })).toEqual(basic(expected, "x"));
  });

  test("CNB_REGISTRY_AUTH takes precedence over all other sources", async () => {
    const env = { ...everywhere(), CNB_REGISTRY_AUTH: JSON.stringify({ "r.example": "Bearer abc" }) };
    expect(await findCredentials(at("r.example/app"), { env })).toEqual({ kind: "header", value: "Bearer abc" });
  });

  test("access is anonymous if no source has any", async () => {
    expect(await findCredentials(at("r.example/app"), { env: {} })).toBeUndefined();
  });
});

test.for<[string, RegistryLogin, Credentials]>([
  ["a name and a password", { username: "me", password: "x" }, basic("me", "x")],
  ["an identity token", { identityToken: "t" }, { kind: "identity", token: "t" }],
])("a login with %s that the caller passes is used only for its namespace", async ([, login, expected]) => {
  const logins = { "r.example/team": login };
  expect(await findCredentials(at("r.example/team/app"), { logins })).toEqual(expected);
  expect(await findCredentials(at("r.example/app"), { logins })).toBeUndefined();
});

describe("a credential helper", () => {
  function helper(script: string): NodeJS.ProcessEnv {
    const file = write("bin/docker-credential-test", `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return { HOME: home, PATH: `${join(file, "..")}:${process.env.PATH}` };
  }

  test.for<[string, string, Credentials | undefined]>([
    [
      "returns the name and the password for a registry",
      'read -r server; echo "{\\"Username\\":\\"me\\",\\"Secret\\":\\"for $server\\"}"',
      basic("me", "for r.example"),
    ],
    [
      "returns an identity token for a registry",
      'echo \'{"Username":"<token>","Secret":"refresh"}\'',
      { kind: "identity", token: "refresh" },
    ],
    ["may have no credentials for a host", "echo credentials not found in native keychain; exit 1", undefined],
  ])("%s", async ([, script, expected]) => {
    write(".docker/config.json", { credHelpers: { "r.example": "test" } });
    expect(await findCredentials(at("r.example/app"), { env: helper(script) })).toEqual(expected);
  });

  test("set as credsStore is used for all hosts", async () => {
    write(".docker/config.json", { credsStore: "test" });
    const env = helper('read -r server; echo "{\\"Username\\":\\"me\\",\\"Secret\\":\\"$server\\"}"');
    expect(await findCredentials(at("docker.io/library/x"), { env })).toEqual(
      basic("me", "https://index.docker.io/v1/"),
    );
  });

  test("is asked once for all repositories of a registry", async () => {
    write(".docker/config.json", { credsStore: "test" });
    const env = helper(`echo asked >> ${join(home, "log")}; echo '{"Username":"me","Secret":"x"}'`);
    const find = credentialFinder("r.example", { env });
    expect([await find("app"), await find("team/other")]).toEqual([basic("me", "x"), basic("me", "x")]);
    expect(readFileSync(join(home, "log"), "utf8")).toBe("asked\n");
  });

  test("is asked again after five minutes, because its token may have expired", async () => {
    write(".docker/config.json", { credsStore: "test" });
    const env = helper(`echo asked >> ${join(home, "log")}; echo '{"Username":"me","Secret":"x"}'`);
    let now = 0;
    const find = credentialFinder("r.example", { env, clock: { ...systemClock, now: () => now } });
    for (const minutes of [0, 4.9, 5, 9.9]) {
      now = minutes * 60_000;
      expect(await find("app")).toEqual(basic("me", "x"));
    }
    expect(readFileSync(join(home, "log"), "utf8")).toBe("asked\nasked\n");
  });

  test("that is not installed is an error", async () => {
    write(".docker/config.json", { credsStore: "absent" });
    await expect(findCredentials(at("r.example/app"), { env: { HOME: home, PATH: "/nowhere" } })).rejects.toThrow(
      "the credential helper docker-credential-absent cannot be started",
    );
  });

  test("given as a path is refused", async () => {
    write(".docker/config.json", { credsStore: "../../bin/sh" });
    await expect(findCredentials(at("r.example/app"), { env: { HOME: home } })).rejects.toThrow(
      '"../../bin/sh" is not a valid name of a credential helper',
    );
  });
});

test("an error about a credentials file does not show its contents", async () => {
  const file = write(".docker/config.json", '{"auths":{"r.example":{"auth":"c2VjcmV0"}}');
  const error = await findCredentials(at("r.example/app"), { env: { HOME: home } }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "REGISTRY_CREDENTIALS_INVALID",
    message: `${file} does not contain registry credentials in JSON`,
  });
  expect(error).not.toHaveProperty("cause");
});
