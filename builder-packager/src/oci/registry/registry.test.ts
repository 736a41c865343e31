// @needs docker-registry, openssl, skopeo
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startRegistry } from "../../../../test/support/service.ts";
import { readImage, writeImage } from "../image-io.ts";
import { openBlobStore } from "../layers/blob-store.ts";
import { createLayer } from "../layers/layer.ts";
import type { Image } from "../model/image.ts";
import { appendLayers, emptyImage, withLabels } from "../model/mutate.ts";
import { parseImageReference } from "../model/reference.ts";
import { validateImage } from "../model/validate.ts";
import type { RegistryOptions } from "../registry-options.ts";

let registry: Awaited<ReturnType<typeof startRegistry>>;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());

let dir = "";
let image: Image;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-registry-"));
  image = await sample("content");
});
afterEach(async () => {
  await Promise.all(fronts.splice(0).map((front) => front.close()));
  rmSync(dir, { recursive: true, force: true });
});

let count = 0;
/** A layer of its own for each test, so that no earlier push is found. Large enough to be sent in several pieces. */
async function sample(text: string): Promise<Image> {
  const store = await openBlobStore(join(dir, "store"));
  const noise = Buffer.alloc(400_000);
  count += 1;
  for (let at = 0, state = count; at < noise.length; at++) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    noise[at] = state >> 16;
  }
  const file = (path: string, content: Buffer) => ({
    type: "file" as const,
    path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    content,
  });
  const layers = [
    await createLayer([file("/noise", noise)], store),
    await createLayer([file("/text", Buffer.from(text + count))], store),
  ];
  return appendLayers(
    emptyImage({ os: "linux", architecture: "amd64" }),
    layers.map((layer) => ({ layer })),
  );
}

const push = (name: string, options: RegistryOptions = {}) =>
  writeImage(image, parseImageReference(name), { registry: options });
const pull = (name: string, options: RegistryOptions = {}) =>
  readImage(parseImageReference(name), { registry: options });

/** A server between the client and the real registry. It may respond itself, or change the traffic. */
type Handler = (request: http.IncomingMessage, response: http.ServerResponse, pass: () => void) => void;
interface Front {
  readonly host: string;
  readonly log: string[];
  close(): Promise<void>;
}
const fronts: Front[] = [];

async function front(handler: Handler, tls?: https.ServerOptions): Promise<Front> {
  const log: string[] = [];
  const listener: http.RequestListener = (request, response) => {
    log.push(`${request.method} ${request.url?.split("?")[0]}`);
    handler(request, response, () => forward(request, response));
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const made: Front = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  fronts.push(made);
  return made;
}

function forward(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  change?: (upstream: http.IncomingMessage) => void,
): void {
  const { authorization: _, ...headers } = request.headers;
  const path = request.url?.replace(/^http:\/\/[^/]+/, ""); // a proxy is asked for a whole URL
  const onward = http.request(`http://${registry.host}${path}`, { method: request.method, headers }, (upstream) => {
    if (change) return change(upstream);
    response.writeHead(upstream.statusCode ?? 500, upstream.headers);
    upstream.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}

describe("Debian's docker-registry", () => {
  test("stores and returns an image, as skopeo confirms", async () => {
    const name = `${registry.host}/team/app:1`;
    const { manifestDigest } = await push(name);
    const copy = await pull(name);
    expect(await validateImage(copy)).toEqual([]);
    expect(copy.config).toEqual(image.config);
    const inspected = JSON.parse(
      spawnSync("skopeo", ["inspect", "--tls-verify=false", `docker://${name}`], { encoding: "utf8" }).stdout,
    );
    expect(inspected).toMatchObject({ Digest: manifestDigest, Layers: image.layers.map(({ digest }) => digest) });
    expect((await pull(`${registry.host}/team/app@${manifestDigest}`)).config).toEqual(image.config);
  });

  test("returns images that skopeo pushed in Docker's format, and an index of two platforms", async () => {
    await writeImage(image, parseImageReference(`oci:${dir}/layout:x`));
    const copied = spawnSync(
      "skopeo",
      [
        "--insecure-policy",
        "copy",
        "--format",
        "v2s2",
        "--dest-tls-verify=false",
        `oci:${dir}/layout:x`,
        `docker://${registry.host}/docker:1`,
      ],
      { encoding: "utf8" },
    );
    expect(copied.status, copied.stderr).toBe(0);
    const docker = await pull(`${registry.host}/docker:1`);
    expect(docker.raw?.mediaType).toBe("application/vnd.docker.distribution.manifest.v2+json");
    expect(await validateImage(docker)).toEqual([]);

    const descriptors = [];
    for (const architecture of ["amd64", "arm64"]) {
      const { manifestDigest } = await writeImage(
        { ...image, config: { ...image.config, architecture } },
        parseImageReference(`${registry.host}/multi:${architecture}`),
      );
      const size = (await pull(`${registry.host}/multi@${manifestDigest}`, {})).raw?.manifest.length;
      descriptors.push({
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        digest: manifestDigest,
        size,
        platform: { os: "linux", architecture },
      });
    }
    const index = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: descriptors };
    const put = await fetch(`http://${registry.host}/v2/multi/manifests/all`, {
      method: "PUT",
      headers: { "content-type": index.mediaType },
      body: JSON.stringify(index),
    });
    expect(put.status).toBe(201);
    const arm = await readImage(parseImageReference(`${registry.host}/multi:all`), {
      platform: { os: "linux", architecture: "arm64" },
    });
    expect(arm.config.architecture).toBe("arm64");
  });

  test("receives only missing layers: blobs of other repositories are mounted", async () => {
    const between = await front((_request, _response, pass) => pass());
    await push(`${between.host}/first:1`);
    const uploads = () => between.log.splice(0).filter((line) => /^(PUT|POST)/.test(line) && line.includes("/blobs/"));
    expect(uploads()).toHaveLength(6); // two layers and a configuration, POST and PUT each
    await push(`${between.host}/first:2`);
    expect(uploads()).toEqual([]);
    const copy = withLabels(await pull(`${between.host}/first:1`), { changed: "yes" });
    await writeImage(copy, parseImageReference(`${between.host}/second:1`));
    expect(uploads().map((line) => line.split(" ")[0])).toEqual(["POST", "POST", "POST", "PUT"]); // two mounts, one configuration
  });

  test("fills the local store, so that each layer is downloaded once", async () => {
    const between = await front((_request, _response, pass) => pass());
    await push(`${between.host}/stored:1`);
    const store = await openBlobStore(join(dir, "other-store"));
    for (let round = 0; round < 2; round++) {
      const copy = await readImage(parseImageReference(`${between.host}/stored:1`), { store });
      expect(await validateImage(copy)).toEqual([]);
    }
    const layers = image.layers.map(({ digest }) => `GET /v2/stored/blobs/${digest}`);
    expect(between.log.filter((line) => layers.includes(line)).sort()).toEqual(layers.sort());
  });

  test("causes an error for a missing image", async () => {
    await expect(pull(`${registry.host}/absent:1`)).rejects.toMatchObject({
      code: "IMAGE_NOT_FOUND",
      message: `cannot pull ${registry.host}/absent:1: ${registry.host} has no such image (HTTP 404: MANIFEST_UNKNOWN: manifest unknown)`,
    });
  });
});

test("an unreachable registry is reported", async () => {
  await expect(pull("127.0.0.1:1/app")).rejects.toMatchObject({
    code: "REGISTRY_UNREACHABLE",
    message: "cannot pull 127.0.0.1:1/app: the registry 127.0.0.1:1 cannot be reached",
    cause: expect.objectContaining({ code: "ECONNREFUSED" }),
  });
});

test("an image name without a registry refers to Docker Hub, and the error names Docker Hub", async () => {
  const env = { HTTPS_PROXY: "http://127.0.0.1:1" };
  await expect(pull("my-app", { env })).rejects.toMatchObject({
    code: "REGISTRY_UNREACHABLE",
    message: "cannot pull docker.io/library/my-app: the registry registry-1.docker.io cannot be reached",
    hint: "An image name without a registry refers to Docker Hub. For a directory write oci:DIR, for Docker docker-daemon:NAME, for another registry REGISTRY/REPOSITORY:TAG. For Docker Hub, check the network and the proxy settings.",
  });
});

describe("registry authentication", () => {
  const basicHeader = `Basic ${Buffer.from("me:secret").toString("base64")}`;
  const login = (host: string): RegistryOptions => {
    mkdirSync(join(dir, "docker"), { recursive: true });
    writeFileSync(
      join(dir, "docker/config.json"),
      JSON.stringify({ auths: { [host]: { auth: Buffer.from("me:secret").toString("base64") } } }),
    );
    return { env: { DOCKER_CONFIG: join(dir, "docker") } };
  };

  const basic: Handler = (request, response, pass) => {
    if (request.headers.authorization === basicHeader) return pass();
    response
      .writeHead(401, { "www-authenticate": 'Basic realm="here"' })
      .end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication \\u001b[31mrequired"}]}');
  };

  test("works with user name and password", async () => {
    const { host } = await front(basic);
    await push(`${host}/private:1`, login(host));
    expect(await validateImage(await pull(`${host}/private:1`, login(host)))).toEqual([]);
    await expect(pull(`${host}/private:1`)).rejects.toMatchObject({
      code: "REGISTRY_DENIED",
      message: `cannot pull ${host}/private:1: ${host} denied access (HTTP 401: UNAUTHORIZED: authentication  [31mrequired)`,
      hint: expect.stringContaining(`docker login ${host}`),
    });
  });

  /** A token server: tokens name their scopes and are good for `uses` requests. */
  async function tokenRegistry(uses = Number.POSITIVE_INFINITY) {
    const issued = new Map<string, { scopes: string[]; left: number }>();
    const tokens: string[] = [];
    const authority = await front((request, response) => {
      const url = new URL(request.url ?? "", "http://x");
      const scopes = url.searchParams.getAll("scope");
      tokens.push(
        `${request.headers.authorization === basicHeader ? "me" : "anonymous"} ${url.searchParams.get("service")} ${scopes.join(" ")}`,
      );
      if (request.headers.authorization !== basicHeader && scopes.some((scope) => scope.includes("push")))
        return void response.writeHead(401).end("{}");
      const token = `token-${issued.size}`;
      issued.set(token, { scopes, left: uses });
      response.end(JSON.stringify({ token, expires_in: 300 }));
    });
    const server: Front = await front((request, response, pass) => {
      const grant = issued.get(request.headers.authorization?.replace("Bearer ", "") ?? "");
      const repository = /^\/v2\/(.+?)\/(blobs|manifests)\//.exec(request.url ?? "")?.[1];
      const wanted = `repository:${repository}:pull${request.method === "GET" || request.method === "HEAD" ? "" : ",push"}`;
      const allowed = grant && grant.left-- > 0 && grant.scopes.some((scope) => scope.startsWith(wanted));
      if (repository !== undefined && allowed) return pass();
      const challenge = `Bearer realm="http://${authority.host}/token",service="test",scope="${wanted}"`;
      response.writeHead(401, { "www-authenticate": challenge }).end('{"errors":[{"code":"UNAUTHORIZED"}]}');
    });
    return { host: server.host, tokens };
  }

  test("requests a token for exactly the needed access", async () => {
    const { host, tokens } = await tokenRegistry();
    await push(`${host}/token:1`, login(host));
    expect(tokens).toEqual(["me test repository:token:pull,push"]);
    expect(await validateImage(await pull(`${host}/token:1`))).toEqual([]);
    expect(tokens.slice(1)).toEqual(["anonymous test repository:token:pull"]);
  });

  test("requests a new token if one expires during a push", async () => {
    const { host, tokens } = await tokenRegistry(3);
    await push(`${host}/renewed:1`, { ...login(host), concurrency: 1 });
    expect(tokens.length).toBeGreaterThan(2);
    expect(await validateImage(await pull(`${host}/renewed:1`))).toEqual([]);
  });

  test("is refused by the token server without credentials", async () => {
    const { host } = await tokenRegistry();
    await expect(push(`${host}/denied:1`)).rejects.toMatchObject({
      code: "REGISTRY_DENIED",
      message: `cannot log in: ${host} denied access (HTTP 401)`,
    });
  });

  test("does not send credentials to the target of a redirect", async () => {
    const seen: (string | undefined)[] = [];
    const storage = await front((request, _response, pass) => {
      seen.push(request.headers.authorization);
      pass();
    });
    const { host } = await front((request, response, pass) => {
      if (request.headers.authorization !== basicHeader) return basic(request, response, pass);
      if (request.method !== "GET" || !request.url?.includes("/blobs/sha256")) return pass();
      response.writeHead(307, { location: `http://${storage.host}${request.url}` }).end();
    });
    await push(`${host}/redirected:1`, login(host));
    expect(await validateImage(await pull(`${host}/redirected:1`, login(host)))).toEqual([]);
    expect(seen.length).toBeGreaterThan(2);
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });
});

describe("a registry that returns wrong content is detected", () => {
  const replacing =
    (pattern: RegExp, change: (bytes: Buffer) => Buffer): Handler =>
    (request, response, pass) => {
      if (!pattern.test(`${request.method} ${request.url}`)) return pass();
      forward(request, response, async (upstream) => {
        const bytes = change(Buffer.concat(await upstream.toArray()));
        response
          .writeHead(upstream.statusCode ?? 500, { ...upstream.headers, "content-length": String(bytes.length) })
          .end(bytes);
      });
    };
  const flip = (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -2), Buffer.from("!!")]);

  test("by the digest of a manifest", async () => {
    const { host } = await front(replacing(/^GET .*manifests/, flip));
    await push(`${host}/lies:1`);
    await expect(pull(`${host}/lies:1`)).rejects.toMatchObject({ code: "BLOB_CORRUPT" });
  });

  test("by the digest of a configuration or layer", async () => {
    const { host } = await front(replacing(/^GET .*blobs/, flip));
    await push(`${host}/lies:2`);
    await expect(pull(`${host}/lies:2`)).rejects.toMatchObject({ code: "BLOB_CORRUPT" });
    const layer = image.layers[0];
    const { host: second } = await front(replacing(new RegExp(`^GET .*blobs/${layer?.digest}`), flip));
    const [damaged] = (await pull(`${second}/lies:2`)).layers;
    await expect(damaged && buffer(damaged.compressed())).rejects.toMatchObject({
      code: "BLOB_CORRUPT",
      message: expect.stringContaining(`blob ${layer?.digest} in ${second}/lies:2 is damaged: its digest is`),
    });
  });
});

test("the proxy environment variables are used, except for hosts in NO_PROXY", async () => {
  const proxy = await front((_request, _response, pass) => pass());
  const options = { insecure: ["registry.test:5000"], env: { HTTP_PROXY: `http://${proxy.host}` } };
  await push("registry.test:5000/proxied:1", options);
  expect(await validateImage(await pull("registry.test:5000/proxied:1", options))).toEqual([]);
  expect(proxy.log).toContain("GET http://registry.test:5000/v2/proxied/manifests/1");
  const direct = { ...options, env: { ...options.env, NO_PROXY: "registry.test" } };
  await expect(pull("registry.test:5000/proxied:1", direct)).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE" });
});

describe("https of a registry", () => {
  function certificate(): { key: Buffer; cert: Buffer; file: string } {
    const args = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-days",
      "2",
      "-subj",
      "/CN=test",
    ];
    const { status, stderr } = spawnSync("openssl", [
      ...args,
      "-addext",
      "subjectAltName=DNS:registry.test",
      "-keyout",
      join(dir, "key.pem"),
      "-out",
      join(dir, "cert.pem"),
    ]);
    if (status !== 0) throw new Error(stderr.toString());
    const read = (name: string) => spawnSync("cat", [join(dir, name)]).stdout;
    return { key: read("key.pem"), cert: read("cert.pem"), file: join(dir, "cert.pem") };
  }

  test("on the loopback interface is detected, with any certificate", async () => {
    const { host } = await front((_request, _response, pass) => pass(), certificate());
    await push(`${host}/tls:1`);
    expect(await validateImage(await pull(`${host}/tls:1`))).toEqual([]);
  });
});
