// @needs processes
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeCertificates } from "../../../../test/support/registry/certificates.ts";
import { startFaultProxy } from "../../../../test/support/registry/faults.ts";
import { type Listening, listen } from "../../../../test/support/registry/listen.ts";
import { impatientClock, sampleImages } from "../../../../test/support/registry/sample.ts";
import { type SecureRegistry, startTlsRegistry, startTokenRegistry } from "../../../../test/support/registry/secure.ts";
import { identityToken } from "../../../../test/support/registry/tokens.ts";
import { readImage, writeImage } from "../image-io.ts";
import type { Image } from "../model/image.ts";
import { withLabels } from "../model/mutate.ts";
import { parseImageReference } from "../model/reference.ts";
import { validateImage } from "../model/validate.ts";
import { ownImages, type RegistryOptions, withSameAccess } from "../registry-options.ts";
import { deleteImage } from "./delete.ts";
import { listTags } from "./tags.ts";

let samples: Awaited<ReturnType<typeof sampleImages>>;
beforeAll(async () => {
  samples = await sampleImages();
});
afterAll(() => samples.remove());

let home = "";
let image: Image;
let seed = 0;
const opened: Listening[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "libcnb-login-"));
  image = await samples.image(++seed);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.stop()));
  await rm(home, { recursive: true, force: true });
});

const basic = Buffer.from("me:secret").toString("base64");
const push = (name: string, registry: RegistryOptions) => writeImage(image, parseImageReference(name), { registry });
const pull = (name: string, registry: RegistryOptions) => readImage(parseImageReference(name), { registry });

async function file(path: string, content: unknown): Promise<string> {
  const name = join(home, path);
  await mkdir(dirname(name), { recursive: true });
  await writeFile(name, typeof content === "string" ? content : JSON.stringify(content));
  return name;
}

/** Pushes and pulls with these settings. */
async function comesBack(name: string, options: RegistryOptions): Promise<void> {
  await push(name, options);
  expect(await validateImage(await pull(name, options))).toEqual([]);
}

describe("docker-registry with a password and TLS", () => {
  let registry: SecureRegistry;
  let port = "";
  beforeAll(async () => {
    registry = await startTlsRegistry();
    port = registry.host.split(":")[1] ?? "";
  });
  afterAll(() => registry.stop());

  /** A name for the registry that is not this machine's own by name: what is not named insecure is checked there. */
  const named = () => `0.0.0.0:${port}`;
  const trusting = () => ({ caCertificates: [registry.certificates.ca] });
  const helper = async (name: string, script: string) => {
    const program = await file(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`);
    await chmod(program, 0o755);
    return { HOME: home, PATH: `${dirname(program)}:${process.env.PATH}` };
  };
  const store =
    'read -r server; echo "{\\"Username\\":\\"me\\",\\"Secret\\":\\"secret\\",\\"ServerURL\\":\\"$server\\"}"';

  test.for<[string, () => Promise<NodeJS.ProcessEnv>]>([
    ["CNB_REGISTRY_AUTH", async () => ({ CNB_REGISTRY_AUTH: JSON.stringify({ [named()]: `Basic ${basic}` }) })],
    [
      "docker's config.json",
      async () => ({ DOCKER_CONFIG: dirname(await file("d/config.json", { auths: { [named()]: { auth: basic } } })) }),
    ],
    [
      "DOCKER_AUTH_CONFIG",
      async () => ({ DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [named()]: { auth: basic } } }) }),
    ],
    [
      "~/.docker/config.json",
      async () => ({
        HOME: dirname(
          dirname(await file(".docker/config.json", { auths: { [`https://${named()}`]: { auth: basic } } })),
        ),
      }),
    ],
    [
      "REGISTRY_AUTH_FILE",
      async () => ({ REGISTRY_AUTH_FILE: await file("auth.json", { auths: { [named()]: { auth: basic } } }) }),
    ],
    [
      "podman's auth.json, with entries per repository",
      async () => {
        const auths = {
          [named()]: { auth: Buffer.from("me:wrong").toString("base64") },
          [`${named()}/team/app`]: { auth: basic },
        };
        return { XDG_RUNTIME_DIR: dirname(dirname(await file("run/containers/auth.json", { auths }))) };
      },
    ],
    [
      "a credential helper for this registry",
      async () => {
        await file(".docker/config.json", { credHelpers: { [named()]: "own" }, credsStore: "absent" });
        return helper("own", store);
      },
    ],
    [
      "a credential helper for all registries",
      async () => {
        await file(".docker/config.json", { credsStore: "all" });
        return helper("all", store);
      },
    ],
    [
      "docker's config.json, if the credential helper has no credentials",
      async () => {
        await file(".docker/config.json", { credsStore: "empty", auths: { [named()]: { auth: basic } } });
        return helper("empty", "echo credentials not found in native keychain; exit 1");
      },
    ],
  ])("accepts a login from %s", async ([, env]) => {
    await comesBack(`${named()}/team/app:${++seed}`, { ...trusting(), env: await env() });
  });

  test.for<[string, Record<string, string>, string]>([
    ["no credentials", {}, "authentication required"],
    ["a wrong password", { CNB_REGISTRY_AUTH: "wrong" }, "authentication required"],
  ])("refuses access with %s", async ([, given, words]) => {
    const wrong = { [named()]: `Basic ${Buffer.from("me:wrong").toString("base64")}` };
    const env = given.CNB_REGISTRY_AUTH ? { CNB_REGISTRY_AUTH: JSON.stringify(wrong) } : {};
    await expect(push(`${named()}/app:1`, { ...trusting(), env })).rejects.toMatchObject({
      code: "REGISTRY_DENIED",
      message: `cannot push ${named()}/app:1: ${named()} denied access (HTTP 401: UNAUTHORIZED: ${words})`,
    });
  });

  test("is accessed anonymously, with a warning, if the credential helper fails", async () => {
    await file(".docker/config.json", { credsStore: "broken" });
    const env = await helper("broken", "echo the keyring is locked >&2; exit 2");
    const warnings: string[] = [];
    const options = { ...trusting(), env, warn: (text: string) => void warnings.push(text) };
    await expect(pull(`${named()}/app:1`, options)).rejects.toMatchObject({ code: "REGISTRY_DENIED" });
    expect(warnings).toEqual([
      `docker-credential-broken returned no credentials for ${named()}: the keyring is locked`,
    ]);
  });

  const login = () => ({ CNB_REGISTRY_AUTH: JSON.stringify({ [named()]: `Basic ${basic}` }) });

  test.for<[string, () => RegistryOptions]>([
    ["a CA certificate passed as an option", () => ({ ...trusting(), env: login() })],
    ["a CA certificate from SSL_CERT_FILE", () => ({ env: { ...login(), SSL_CERT_FILE: registry.certificates.ca } })],
    [
      "a CA certificate from SSL_CERT_DIR",
      () => ({ env: { ...login(), SSL_CERT_DIR: `/nowhere:${dirname(registry.certificates.ca)}` } }),
    ],
    [
      "a CA certificate from NODE_EXTRA_CA_CERTS",
      () => ({ env: { ...login(), NODE_EXTRA_CA_CERTS: registry.certificates.ca } }),
    ],
    ["no CA certificate if it is configured as insecure", () => ({ env: login(), insecure: [named()] })],
    ["podman's certificate files for the host", () => ({ env: { ...login(), XDG_CONFIG_HOME: home } })],
    ["docker's certificate files for the host", () => ({ env: { ...login(), HOME: home } })],
  ])("is reached with %s", async ([, options]) => {
    const authority = await readFile(registry.certificates.ca, "utf8");
    await file(`containers/certs.d/${named()}/ca.crt`, authority);
    await file(`.docker/certs.d/${named()}/company.crt`, authority);
    await comesBack(`${named()}/trusted:${++seed}`, options());
  });

  test("receives the client certificate configured for its host", async () => {
    const certificates = await makeCertificates(home, ["IP:0.0.0.0"]);
    const names: unknown[] = [];
    const { cert, key } = await certificates.server();
    const settings = { cert, key, ca: await readFile(certificates.ca), requestCert: true, rejectUnauthorized: true };
    const server = https.createServer(settings, (request, response) => {
      names.push((request.socket as TLSSocket).getPeerCertificate().subject);
      response.writeHead(404).end();
    });
    const listening = await listen(server);
    opened.push(listening);
    const host = `0.0.0.0:${listening.host.split(":")[1]}`;
    const where = `containers/certs.d/${host}`;
    for (const [name, from] of [
      ["ca.crt", certificates.ca],
      ["me.cert", certificates.cert],
      ["me.key", certificates.key],
    ] as const)
      await file(`${where}/${name}`, await readFile(from, "utf8"));
    await expect(pull(`${host}/app:1`, { env: { XDG_CONFIG_HOME: home } })).rejects.toMatchObject({
      code: "IMAGE_NOT_FOUND",
    });
    expect(names).toEqual([{ CN: "test" }, { CN: "test" }]);
    await rm(join(home, where, "me.key"));
    await expect(pull(`${host}/app:1`, { env: { XDG_CONFIG_HOME: home } })).rejects.toMatchObject({
      code: "CERTIFICATE_INVALID",
      message: `the file ${join(home, where, "me.key")} does not exist next to ${join(home, where, "me.cert")}`,
    });
  });

  test("is not trusted if its CA is unknown", async () => {
    await expect(pull(`${named()}/app:1`, { env: login() })).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      message: `cannot pull ${named()}/app:1: the registry ${named()} cannot be reached`,
      hint: "Pass the file of the registry's CA certificate with --ca-cert (cnb build: --registry-ca-cert), SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.",
    });
  });

  test.for<[string, RegistryOptions, string]>([
    ["a missing file", { caCertificates: ["/nowhere/ca.pem"] }, "/nowhere/ca.pem"],
    [
      "a missing file named by SSL_CERT_FILE",
      { env: { SSL_CERT_FILE: "/nowhere/ca.pem" } },
      "/nowhere/ca.pem, set in SSL_CERT_FILE,",
    ],
    ["not a certificate", { caCertificates: ["/etc/hostname"] }, "/etc/hostname"],
  ])("is not accessed with a CA certificate that is %s", async ([, options, what]) => {
    await expect(pull(`${named()}/app:1`, options)).rejects.toMatchObject({
      code: "CERTIFICATE_INVALID",
      message: `${what} cannot be used as a file of CA certificates`,
    });
  });

  test("deletes a single tag, or an image with all its tags", async () => {
    const options = { ...trusting(), env: login() };
    const name = `${named()}/deleted`;
    const { manifestDigest } = await push(`${name}:one`, options);
    await push(`${name}:two`, options);
    await deleteImage(parseImageReference(`${name}:one`), options);
    expect(await listTags(parseImageReference(name), options)).toEqual(["two"]);
    expect(await validateImage(await pull(`${name}:two`, options))).toEqual([]);
    await deleteImage(parseImageReference(`${name}@${manifestDigest}`), options);
    expect(await listTags(parseImageReference(name), options)).toEqual([]);
    await expect(deleteImage(parseImageReference(`${name}:two`), options)).rejects.toMatchObject({
      code: "IMAGE_NOT_FOUND",
    });
  });

  /** A proxy that opens tunnels, and knows where registry.test is. */
  async function tunnel(): Promise<Listening & { readonly log: string[] }> {
    const log: string[] = [];
    const sockets = new Set<net.Socket>();
    const server = http.createServer((_request, response) => void response.writeHead(500).end());
    server.on("connect", (request, socket: net.Socket) => {
      log.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"] ?? ""}`.trim());
      const onward = net.connect(Number(port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      for (const each of [onward, socket]) sockets.add(each.on("error", () => each.destroy()));
    });
    const listening = await listen(server);
    const stop = () => {
      for (const each of sockets) each.destroy();
      return listening.stop();
    };
    opened.push({ ...listening, stop });
    return { ...listening, log };
  }

  test("is reached through a proxy, which alone gets the proxy's user name and password", async () => {
    const proxy = await tunnel();
    const env = {
      HTTPS_PROXY: `http://who:what@${proxy.host}`,
      CNB_REGISTRY_AUTH: JSON.stringify({ "registry.test": `Basic ${basic}` }),
    };
    await comesBack("registry.test/proxied:1", { ...trusting(), env });
    const secret = Buffer.from("who:what").toString("base64");
    expect(new Set(proxy.log)).toEqual(new Set([`CONNECT registry.test:443 Basic ${secret}`]));
  });

  test("is not reached through a proxy if NO_PROXY matches the host", async () => {
    const proxy = await tunnel();
    const env = { HTTPS_PROXY: `http://${proxy.host}`, NO_PROXY: "example.com,.test" };
    await expect(pull("registry.test/proxied:1", { ...trusting(), env })).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
    });
    expect(proxy.log).toEqual([]);
  });
});

describe("docker-registry with a token server", () => {
  let registry: Awaited<ReturnType<typeof startTokenRegistry>>;
  beforeAll(async () => {
    registry = await startTokenRegistry();
  });
  afterAll(() => registry.stop());
  beforeEach(() => void registry.tokens.requests.splice(0));

  const login = (host = registry.host) => ({
    env: { CNB_REGISTRY_AUTH: JSON.stringify({ [host]: `Basic ${basic}` }) },
  });
  const identity = async (token: string) => ({
    env: { REGISTRY_AUTH_FILE: await file("auth.json", { auths: { [registry.host]: { identitytoken: token } } }) },
  });
  const asked = () => registry.tokens.requests.map(({ who, how, scopes }) => `${who} ${how} ${scopes.join(" ")}`);

  test("gets a token request for exactly the access that is needed", async () => {
    await push(`${registry.host}/exact:1`, login());
    await pull(`${registry.host}/exact:1`, {});
    expect(asked()).toEqual(["me GET repository:exact:pull,push", "anonymous GET repository:exact:pull"]);
  });

  test.for(["token", "access_token"] as const)("may return the token in the field %s", async (field) => {
    registry.tokens.style.field = field;
    await comesBack(`${registry.host}/field:${field}`, login());
    registry.tokens.style.field = "token";
  });

  test("exchanges an identity token and may replace it", async () => {
    registry.tokens.style.rotate = true;
    const options = await identity(identityToken);
    await comesBack(`${registry.host}/identity:1`, options);
    expect(asked()).toEqual([
      "me refresh_token repository:identity:pull,push",
      "me refresh_token repository:identity:pull",
    ]);
    await comesBack(`${registry.host}/identity:2`, withSameAccess(ownImages(options), { used: () => undefined }));
    registry.tokens.style.rotate = false;
  });

  test("mounts a blob with a token for both repositories", async () => {
    await push(`${registry.host}/mount-a:1`, login());
    registry.tokens.requests.splice(0);
    const options = login();
    const copy = withLabels(await pull(`${registry.host}/mount-a:1`, options), { changed: "yes" });
    await writeImage(copy, parseImageReference(`${registry.host}/mount-b:1`), { registry: options });
    expect(asked()).toContain("me GET repository:mount-b:pull,push repository:mount-a:pull");
  });

  test("gets no request for another token if it denies the cancellation of an upload", async () => {
    const options = login();
    await push(`${registry.host}/cancel-a:1`, options);
    await push(`${registry.host}/cancel-b:1`, options);
    const proxy = await startFaultProxy(registry.host);
    opened.push(proxy);
    const location = "/v2/cancel-b/blobs/uploads/begun";
    proxy.inject({ on: /^POST .*mount=/, fault: { kind: "status", status: 202, headers: { location } }, times: 2 });
    const own = login(proxy.host);
    const copy = withLabels(await pull(`${proxy.host}/cancel-a:1`, own), { changed: "yes" });
    registry.tokens.requests.splice(0);
    await writeImage(copy, parseImageReference(`${proxy.host}/cancel-b:2`), { registry: own });
    expect(proxy.log.filter((line) => line.startsWith("DELETE"))).toEqual([`DELETE ${location}`, `DELETE ${location}`]);
    expect(asked().filter((line) => line.includes("delete"))).toEqual([]);
  });

  test("deletes an image with a token for deletion", async () => {
    const { manifestDigest } = await push(`${registry.host}/deleted:1`, login());
    registry.tokens.requests.splice(0);
    await deleteImage(parseImageReference(`${registry.host}/deleted@${manifestDigest}`), login());
    expect(asked()).toEqual(["me GET repository:deleted:pull,push,delete"]);
  });

  test("is asked for a new token if the first one is already expired", async () => {
    registry.tokens.expireNext(1);
    await comesBack(`${registry.host}/expired:1`, login());
    expect(asked()).toEqual([
      "me GET repository:expired:pull,push",
      "me GET repository:expired:pull,push",
      "me GET repository:expired:pull",
    ]);
  });

  test("causes one clear error if all tokens are expired", async () => {
    registry.tokens.expireNext(1000);
    await expect(push(`${registry.host}/expired:2`, login())).rejects.toMatchObject({
      code: "REGISTRY_DENIED",
      message: `cannot push ${registry.host}/expired:2: ${registry.host} denied access (HTTP 401: UNAUTHORIZED: authentication required)`,
    });
    registry.tokens.expireNext(0);
  });

  test("is asked for a new token before a token expires during a transfer", async () => {
    let time = Date.now();
    const clock = { ...impatientClock(), now: () => (time += 70_000) }; // a minute and more passes at each look
    await push(`${registry.host}/long:1`, { ...login(), clock, concurrency: 1, chunkSize: 20_000 });
    expect(asked().length).toBeGreaterThan(2);
    expect(await validateImage(await pull(`${registry.host}/long:1`, login()))).toEqual([]);
  });

  test.for<[string, RegExp]>([
    ["an existence check", /^HEAD/],
    ["the beginning of an upload", /^POST/],
    ["a chunk", /^PATCH/],
    ["the end of an upload", /^PUT .*uploads/],
    ["the manifest upload", /^PUT .*manifests/],
  ])("is asked for a new token if a token is refused at %s", async ([name, on]) => {
    const proxy = await startFaultProxy(registry.host);
    opened.push(proxy);
    const challenge = `Bearer realm="${registry.tokens.realm}",service="test service",error="invalid_token"`;
    proxy.inject({ on, fault: { kind: "status", status: 401, headers: { "www-authenticate": challenge } } });
    const clock = impatientClock();
    const target = `${proxy.host}/refused-${name.split(" ").pop()}:1`;
    await push(target, { ...login(proxy.host), clock, chunkSize: 20_000, concurrency: 1 });
    expect(clock.waits).toEqual([]);
    expect(asked().length).toBeGreaterThan(1);
    expect(await validateImage(await pull(target, login(proxy.host)))).toEqual([]);
  });

  test.for<[string, () => Promise<RegistryOptions>, string]>([
    [
      "no credentials",
      async () => ({}),
      "push HOST/denied:1: HOST denied access (HTTP 401: UNAUTHORIZED: authentication required)",
    ],
    [
      "a wrong password",
      async () => ({
        env: {
          CNB_REGISTRY_AUTH: JSON.stringify({ [registry.host]: `Basic ${Buffer.from("me:x").toString("base64")}` }),
        },
      }),
      "log in: HOST denied access (HTTP 401: incorrect username or password)",
    ],
    [
      "a wrong identity token",
      () => identity("identity-wrong"),
      "log in: HOST denied access (HTTP 401: incorrect username or password)",
    ],
  ])("refuses a push with %s", async ([, options, words]) => {
    await expect(push(`${registry.host}/denied:1`, await options())).rejects.toMatchObject({
      code: "REGISTRY_DENIED",
      message: `cannot ${words.replaceAll("HOST", registry.host)}`,
    });
  });
});

describe("the client answers an authentication challenge", () => {
  /** A registry that asks for login in its own way. */
  async function asking(challenge: string | string[]): Promise<Listening & { readonly seen: string[] }> {
    const seen: string[] = [];
    const server = http.createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? "-"}`);
      if (request.headers.authorization === `Basic ${basic}`) return void response.writeHead(404).end();
      response.setHeader("www-authenticate", challenge);
      response.writeHead(401).end();
    });
    const asked = { ...(await listen(server)), seen };
    opened.push(asked);
    return asked;
  }
  const login = (host: string) => ({ env: { CNB_REGISTRY_AUTH: JSON.stringify({ [host]: `Basic ${basic}` }) } });

  test.for<[string, string | string[]]>([
    [
      "with Basic among several schemes in one header line",
      'Negotiate, Digest realm="x, y", nonce="a=b", Basic realm="here"',
    ],
    ["with Basic among several header lines", ["Negotiate", 'Basic realm="here"']],
    ["with Basic if Bearer has no realm", 'Bearer service="x", Basic realm="here"'],
    ["in lower case and without quotes", "basic realm=here"],
  ])("%s", async ([, challenge]) => {
    const { host, seen } = await asking(challenge);
    await expect(pull(`${host}/app:1`, login(host))).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
    expect(seen).toEqual(["GET /v2/ -", `GET /v2/app/manifests/1 Basic ${basic}`]);
  });

  test.for<[string, string, string]>([
    ["an unsupported scheme", "Negotiate", "cannot pull HOST/app:1: HOST denied access (HTTP 401)"],
    ["an empty header", "", "cannot pull HOST/app:1: HOST denied access (HTTP 401)"],
    [
      "a Bearer realm that is not a URL",
      'Bearer realm="/token"',
      'cannot log in to HOST: the registry names the token server "/token", which is not an http or https URL',
    ],
    [
      "a Bearer realm that is a file URL",
      'Bearer realm="file:///etc/passwd"',
      'cannot log in to HOST: the registry names the token server "file:///etc/passwd", which is not an http or https URL',
    ],
    [
      "a Bearer realm that would send the password unencrypted",
      'Bearer realm="http://tokens.test/token"',
      "refused to send the password for HOST to its token server http://tokens.test, which does not use TLS",
    ],
  ])("with an error and without a password if the challenge is %s", async ([, challenge, message]) => {
    const { host, seen } = await asking(challenge);
    const options = { ...login(host), clock: impatientClock() };
    await expect(pull(`${host}/app:1`, options)).rejects.toMatchObject({ message: message.replaceAll("HOST", host) });
    expect(seen.filter((line) => line.includes("Basic"))).toEqual([]);
  });
});

test("an identity token is not sent to the target of a token server's redirect", async () => {
  const seen: string[] = [];
  const other = await listen(
    http.createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end("{}");
    }),
  );
  const tokens = await listen(
    http.createServer((_request, response) => {
      response.writeHead(307, { location: `http://${other.host}/token` }).end();
    }),
  );
  const registry = await listen(
    http.createServer((_request, response) => {
      response.writeHead(401, { "www-authenticate": `Bearer realm="http://${tokens.host}/token"` }).end();
    }),
  );
  opened.push(other, tokens, registry);
  const path = await file("auth.json", { auths: { [registry.host]: { identitytoken: "secret" } } });
  await expect(pull(`${registry.host}/app:1`, { env: { REGISTRY_AUTH_FILE: path } })).rejects.toMatchObject({
    code: "REGISTRY_DENIED",
    message: `refused to follow a redirect from ${tokens.host} to ${other.host} with credentials for ${tokens.host}`,
    hint: `Contact the operator of ${tokens.host}: it must not redirect such requests to another host.`,
  });
  expect(seen).toEqual([]);
});

test("errors about credentials never contain the credentials", async () => {
  const path = await file("auth.json", '{"auths":{"r.example":{"auth":"c2VjcmV0"}}');
  const error = await pull("127.0.0.1:1/app:1", { env: { REGISTRY_AUTH_FILE: path } }).catch((caught: Error) => caught);
  expect(JSON.stringify(error)).not.toContain((await readFile(path, "utf8")).slice(30, 38));
});
