import http from "node:http";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Listening, listen } from "../../../../../test/support/registry/listen.ts";
import { impatientClock, sampleImages } from "../../../../../test/support/registry/sample.ts";
import { readImage, writeImage } from "../../image-io.ts";
import { parseImageReference } from "../../model/reference.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import { listTags } from "../tags.ts";
import { flowing } from "./time-limits.ts";

let samples: Awaited<ReturnType<typeof sampleImages>>;
beforeAll(async () => {
  samples = await sampleImages();
});
afterAll(() => samples.remove());
const opened: Listening[] = [];
afterEach(() => Promise.all(opened.splice(0).map((each) => each.stop())));

async function serve(answer: http.RequestListener): Promise<string> {
  const server = await listen(http.createServer(answer));
  opened.push(server);
  return server.host;
}

/** Sends a byte now and then, for ever. */
function trickle(response: http.ServerResponse, byte = " "): void {
  const timer = setInterval(() => response.write(byte), 20);
  response.on("close", () => clearInterval(timer));
}

/** What is tried with a registry, and what it does to those who ask. */
type Case = readonly [what: string, request: RegExp, answer: (response: http.ServerResponse, host: string) => void];

const manifest = {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: `sha256:${"0".repeat(64)}`, size: 100_000 },
  layers: [],
};

const limits = (): RegistryOptions => ({ documentTimeout: 300, idleTimeout: 400, clock: impatientClock() });

const cases: readonly Case[] = [
  ["a greeting", /^\/v2\/$/, (response) => trickle(response.writeHead(200))],
  ["no answer at all", /^\/v2\/$/, () => undefined],
  [
    "a header",
    /manifests/,
    (response) => {
      const { socket } = response;
      socket?.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket?.write("x: y\r\n"), 20);
      socket?.on("close", () => clearInterval(timer));
    },
  ],
  ["a manifest", /manifests/, (response) => trickle(response.writeHead(200, { "content-type": manifest.mediaType }))],
  ["a refusal", /manifests/, (response) => trickle(response.writeHead(404))],
  ["a challenge", /manifests/, (response) => trickle(response.writeHead(401, { "www-authenticate": "Basic" }))],
  [
    "a token server's address",
    /manifests/,
    (response, host) => response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token"` }).end(),
  ],
  ["a blob", /blobs/, (response) => trickle(response.writeHead(200, { "content-length": "100000" }))],
  ["a blob's beginning", /blobs/, () => undefined],
];

describe("a registry that sends one byte at a time", () => {
  test.for(cases)("for %s is aborted in time", async ([, request, answer]) => {
    let host = "";
    host = await serve((asked, response) => {
      if (asked.url?.startsWith("/token")) return trickle(response.writeHead(200));
      if (request.test(asked.url ?? "")) return answer(response, host);
      if (asked.url?.includes("manifests"))
        return void response.writeHead(200, { "content-type": manifest.mediaType }).end(JSON.stringify(manifest));
      response.end();
    });
    const start = performance.now();
    const reading = readImage(parseImageReference(`${host}/app:1`), { registry: limits() });
    await expect(reading).rejects.toMatchObject({ code: expect.stringMatching(/^(REGISTRY_|IMAGE_NOT_FOUND)/) });
    expect(performance.now() - start).toBeLessThan(4000);
  });

  test("for a list of tags is aborted in time and named", async () => {
    const host = await serve((asked, response) => (asked.url === "/v2/" ? void response.end() : trickle(response)));
    await expect(listTags(parseImageReference(`${host}/app`), limits())).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      cause: { message: `${host} did not answer within 0.3 s` },
    });
  });
});

test("a registry that does not read an upload is aborted in time", async () => {
  const image = await samples.image(1, 12_000_000); // more than the buffers of a connection hold
  const host = await serve((asked, response) => {
    if (asked.method === "POST") return void response.writeHead(202, { location: "/upload" }).end();
    if (asked.method === "PUT") return void asked.socket.pause();
    response.writeHead(asked.url === "/v2/" ? 200 : 404).end();
  });
  const writing = writeImage(image, parseImageReference(`${host}/app:1`), { registry: limits() });
  await expect(writing).rejects.toMatchObject({
    code: "REGISTRY_UNREACHABLE",
    cause: { message: `${host} did not read what is sent within 0.4 s` },
  });
});

describe("downloading a blob", () => {
  const body = (...parts: readonly number[]) =>
    Readable.from(
      (async function* () {
        for (const size of parts) {
          await delay(50);
          yield Buffer.alloc(size);
        }
      })(),
    );
  const sum = async (from: AsyncIterable<Uint8Array>, pause = 0) => {
    let size = 0;
    for await (const part of from) {
      size += part.length;
      await delay(pause);
    }
    return size;
  };

  test("faster than the minimum rate may take any time", async () => {
    const parts = Array<number>(12).fill(100);
    expect(await sum(flowing(body(...parts), "r.example", { idleTimeout: 200 }))).toBe(1200);
  });

  test("slower than the minimum rate ends, even if bytes keep coming", async () => {
    const parts = Array<number>(12).fill(1);
    await expect(sum(flowing(body(...parts), "r.example", { idleTimeout: 200 }))).rejects.toThrow(
      "r.example did not send more within 0.2 s",
    );
  });

  test("faster than it is consumed does not end", async () => {
    expect(await sum(flowing(body(1, 1, 1), "r.example", { idleTimeout: 200 }), 150)).toBe(3);
  });
});
