// @needs cnb-tester, dockerd, podman, root
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readImage, writeImage } from "../image-io.ts";
import { emptyImage } from "../model/mutate.ts";
import { parseImageReference } from "../model/reference.ts";
import { findEndpoint } from "./find-endpoint.ts";

let dir = "";
const closing: (() => void)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "libcnb-engine-"));
  chmodSync(dir, 0o755);
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(dir, { recursive: true, force: true });
});

const app = parseImageReference("docker-daemon:app:1");
const image = emptyImage({ os: "linux", architecture: "amd64" });
const socket = () => join(dir, "docker.sock");
const env = () => ({ DOCKER_HOST: `unix://${socket()}` });
const read = () => readImage(app, { daemon: { env: env() } });
const write = () => writeImage(image, app, { daemon: { env: env() } });

/** An engine with a fault that no real one has when one wants it. */
async function engine(answer: http.RequestListener): Promise<void> {
  const server = http.createServer((request, response) => {
    request.resume();
    if (request.url === "/_ping") response.setHeader("api-version", "1.41").end("OK");
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socket(), resolve));
  closing.push(() => server.close().closeAllConnections());
}

const id = `sha256:${"0".repeat(64)}`;
const version = { Version: "20.10.24", Os: "linux", Arch: "amd64" };
/** Knows an image and its own version, and is broken in all else. */
const otherwise =
  (answer: http.RequestListener): http.RequestListener =>
  (request, response) => {
    if (request.url?.endsWith("/version")) response.end(JSON.stringify(version));
    else if (request.url?.endsWith("app%3A1/json")) response.end(JSON.stringify({ Id: id }));
    else if (request.url?.endsWith("/json")) response.writeHead(404).end('{"message":"No such image"}');
    else answer(request, response);
  };

describe("reading from an engine fails with a clear error for", () => {
  test("a socket that does not exist", async () => {
    await expect(read()).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: `cannot read docker-daemon:app:1: no container engine responds at unix://${socket()}`,
      hint: 'Start Docker, or podman with "podman system service --time 0", or set DOCKER_HOST to its address. Without an engine, write oci:DIR or docker-archive:FILE.',
    });
    await expect(write()).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: `cannot write docker-daemon:app:1: no container engine responds at unix://${socket()}`,
    });
  });

  test("a regular file instead of a socket", async () => {
    writeFileSync(socket(), "");
    await expect(read()).rejects.toMatchObject({ code: "DAEMON_UNREACHABLE", cause: { code: "ECONNREFUSED" } });
  });

  test("a TCP port without a listener", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const reading = readImage(app, { registry: { env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` } } });
    await expect(reading).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: `cannot read docker-daemon:app:1: no container engine responds at tcp://127.0.0.1:${port}`,
    });
  });

  test("a socket that the user lacks permission to open", async () => {
    await engine((_, response) => response.end());
    chmodSync(socket(), 0o600);
    const program = `
      import { parseImageReference, read } from ${JSON.stringify(new URL("../../api/oci.ts", import.meta.url).href)};
      const daemon = { env: { DOCKER_HOST: ${JSON.stringify(`unix://${socket()}`)} } };
      await read(parseImageReference("docker-daemon:app:1"), { daemon }).catch(({ code, hint }) => console.log(code, hint));`;
    const node = [process.execPath, "--conditions=@libcnb/source", "--input-type=module", "-e", program];
    const { stdout, stderr } = spawnSync("runuser", ["-u", "cnb-tester", "--", ...node], { encoding: "utf8" });
    expect(stdout, stderr).toBe(
      "DAEMON_UNREACHABLE Your user may not use this socket: join its group (usually docker), or set DOCKER_HOST to the socket of a rootless engine.\n",
    );
  });

  test("an engine that accepts the connection and never answers", async () => {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(socket(), resolve));
    closing.push(() => server.close().closeAllConnections());
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    closing.push(() => vi.useRealTimers());
    const reading = expect(read()).rejects.toMatchObject({
      cause: { message: "the container engine did not respond within 30 s" },
    });
    await once(server, "request");
    vi.advanceTimersByTime(30_000);
    await reading;
  });

  test("an engine that switches protocols", async () => {
    const server = net.createServer((connection) => {
      connection.on("error", () => {});
      connection.once("data", () => {
        connection.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nx");
      });
    });
    await new Promise<void>((resolve) => server.listen(socket(), resolve));
    closing.push(() => server.close());
    await expect(read()).rejects.toMatchObject({
      code: "DAEMON_FAILED",
      cause: { message: "the container engine closed the connection without a response" },
    });
  });

  test("an engine with an endless first response, which is not read to its end", async () => {
    let ended: Promise<unknown> | undefined;
    const server = http.createServer((request, response) => {
      if (request.url !== "/_ping") return void response.writeHead(404).end("{}");
      ended = once(response, "close");
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) {}
      };
      response.on("drain", more);
      more();
    });
    await new Promise<void>((resolve) => server.listen(socket(), resolve));
    closing.push(() => server.close().closeAllConnections());
    await expect(read()).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
    await ended;
  });

  test("an engine that takes more than 30 s to send a JSON document", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    closing.push(() => vi.useRealTimers());
    const begun = Promise.withResolvers<void>();
    await engine((_, response) => {
      response.write("{");
      begun.resolve();
    });
    const reading = expect(read()).rejects.toMatchObject({
      code: "DAEMON_FAILED",
      cause: { message: "the container engine did not complete its response within 30 s" },
    });
    await begun.promise;
    await new Promise((resolve) => setImmediate(resolve));
    for (let second = 0; second < 100; second++) {
      vi.advanceTimersByTime(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await reading;
  });

  test("missing TLS certificates", async () => {
    const secured = { DOCKER_HOST: "tcp://127.0.0.1:1", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: dir };
    await expect(readImage(app, { daemon: { env: secured } })).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: "cannot read docker-daemon:app:1: the client certificates for tcp://127.0.0.1:1 cannot be read",
      hint: `Put ca.pem, cert.pem and key.pem into ${dir}, or set DOCKER_CERT_PATH to the directory that contains these files.`,
    });
  });

  test("a caller that aborts the operation", async () => {
    await engine(otherwise(() => undefined));
    const reading = readImage(app, { daemon: { env: env(), signal: AbortSignal.timeout(200) } });
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("a clear error names the container engine after", () => {
  const at = () => `the container engine at unix://${socket()}`;
  test.for<[string, http.RequestListener, () => Promise<unknown>, string]>([
    [
      "a response HTTP 500 with a message",
      (_, response) => response.writeHead(500).end('{"message":"disk\\u001b[31m full"}'),
      read,
      "AT responded HTTP 500: disk [31m full",
    ],
    [
      "a response HTTP 503 with an HTML page",
      (_, response) => response.writeHead(503).end("<html>"),
      read,
      "AT responded HTTP 503: <html>",
    ],
    [
      "a connection that the engine closes during a request",
      (request) => void request.socket.destroy(),
      read,
      "the connection to AT was interrupted",
    ],
    [
      "a connection that the engine closes while an image is loaded",
      otherwise((request) => void request.socket.destroy()),
      write,
      "the connection to AT was interrupted",
    ],
    [
      "an image description that is truncated JSON",
      (_, response) => response.end("{"),
      read,
      "the response about the image app:1 from AT is not the expected JSON document",
    ],
    [
      "an image description with a malformed ID",
      (_, response) => response.end('{"Id":"../../etc"}'),
      read,
      "the response about the image app:1 from AT is not the expected JSON document",
    ],
    [
      "a version answer that is not Docker's",
      (request, response) => (request.url?.endsWith("/version") ? response.end("[]") : response.writeHead(404).end()),
      write,
      "the version of AT is not the expected JSON document",
    ],
    [
      "a response HTTP 500 when an image is saved",
      otherwise((_, response) => response.writeHead(500).end("no")),
      read,
      "AT responded HTTP 500: no",
    ],
    [
      "a connection that the engine closes while an image is saved",
      otherwise((_, response) => {
        response.write(Buffer.alloc(4096), () => response.destroy());
      }),
      read,
      `the connection to AT was interrupted`,
    ],
    [
      "an error with HTTP 200 when an image is loaded",
      otherwise((_, response) =>
        response.end('{"stream":"x"}\n{"errorDetail":{"message":"no space"},"error":"no space"}\n'),
      ),
      write,
      "AT responded no space",
    ],
    [
      "a load that succeeds although the image is missing afterwards",
      otherwise((_, response) => response.end("{}")),
      write,
      "AT responded with success, but does not have the image",
    ],
  ])("%s", async ([, answer, work, message]) => {
    await engine(answer);
    const error = await work().then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message.replaceAll(at(), "AT").replace(/^cannot (read|write) docker-daemon:app:1: /, "")).toBe(
      message,
    );
  });
});

describe("the engine's address is found", () => {
  test("through the current Docker context", () => {
    const contextDir = join(dir, "contexts/meta", createHash("sha256").update("remote").digest("hex"));
    mkdirSync(contextDir, { recursive: true });
    writeFileSync(join(dir, "config.json"), JSON.stringify({ currentContext: "remote", auths: {} }));
    writeFileSync(
      join(contextDir, "meta.json"),
      JSON.stringify({ Name: "remote", Endpoints: { docker: { Host: "tcp://10.1.2.3:99" } } }),
    );
    const found = (more: NodeJS.ProcessEnv) => findEndpoint({ DOCKER_CONFIG: dir, ...more }).where;
    expect(found({})).toBe("tcp://10.1.2.3:99");
    expect(found({ DOCKER_HOST: "unix:///x" })).toBe("unix:///x");
    expect(found({ DOCKER_CONTEXT: "default", XDG_RUNTIME_DIR: "" })).toMatch(
      /^unix:\/\/\/(var\/)?run\/(podman\/)?\w+\.sock$/,
    );
    expect(() => found({ DOCKER_CONTEXT: "other" })).toThrow(
      expect.objectContaining({
        code: "DAEMON_ADDRESS_INVALID",
        message: 'the Docker context "other" does not exist or cannot be used',
      }),
    );
  });

  test("at the first default socket that exists", () => {
    mkdirSync(join(dir, "podman"));
    writeFileSync(join(dir, "podman/podman.sock"), "");
    const { where } = findEndpoint({ DOCKER_CONFIG: dir, XDG_RUNTIME_DIR: dir });
    expect(["unix:///var/run/docker.sock", `unix://${dir}/podman/podman.sock`]).toContain(where);
  });
});

test("an engine that requires TLS is reported with a hint to set DOCKER_TLS_VERIFY", async () => {
  const words = "Client sent an HTTP request to an HTTPS server.";
  await engine((_, response) => response.writeHead(400).end(words));
  await expect(read()).rejects.toMatchObject({
    code: "DAEMON_FAILED",
    hint: "Set DOCKER_TLS_VERIFY=1, and set DOCKER_CERT_PATH to the directory with ca.pem, cert.pem and key.pem.",
  });
});
