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

/** The operations to try with a registry, and the registry's behavior. */
type Case = readonly [what: string, request: RegExp, answer: (response: http.ServerResponse, host: string) => void];

const manifest = {
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: `sha256:${"0".repeat(64)}`, size: 100_000 },
  layers: [],
};

const limits = (): RegistryOptions => ({ documentTimeout: 300, idleTimeout: 400, clock: impatientClock() });

const cases: readonly Case[] = [
  ["one byte of the ping response at a time", /^\/v2\/$/, (response) => trickle(response.writeHead(200))],
  ["no answer at all", /^\/v2\/$/, () => undefined],
  [
    "one response header at a time",
    /manifests/,
    (response) => {
      const { socket } = response;
      socket?.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket?.write("x: y\r\n"), 20);
      socket?.on("close", () => clearInterval(timer));
    },
  ],
  [
    "one byte of a manifest at a time",
    /manifests/,
    (response) => trickle(response.writeHead(200, { "content-type": manifest.mediaType })),
  ],
  ["one byte of an HTTP 404 body at a time", /manifests/, (response) => trickle(response.writeHead(404))],
  [
    "one byte of an HTTP 401 body at a time",
    /manifests/,
    (response) => trickle(response.writeHead(401, { "www-authenticate": "Basic" })),
  ],
  [
    "one byte of a token at a time",
    /manifests/,
    (response, host) => response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token"` }).end(),
  ],
  [
    "one byte of a blob at a time",
    /blobs/,
    (response) => trickle(response.writeHead(200, { "content-length": "100000" })),
  ],
  ["no answer to a blob request", /blobs/, () => undefined],
];

describe("a request to a registry that answers too slowly", () => {
  test.for(cases)("with %s is aborted in time", async ([, request, answer]) => {
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

  test("with one byte of a tag list at a time is aborted and named in the error", async () => {
    const host = await serve((asked, response) => (asked.url === "/v2/" ? void response.end() : trickle(response)));
    await expect(listTags(parseImageReference(`${host}/app`), limits())).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      cause: { message: `${host} did not answer within 0.3 s` },
    });
  });
});

test("a registry that stops reading an upload is aborted in time", async () => {
  const image = await samples.image(1, 12_000_000); // more than the buffers of a connection hold
  const host = await serve((asked, response) => {
    if (asked.method === "POST") return void response.writeHead(202, { location: "/upload" }).end();
    if (asked.method === "PUT") return void asked.socket.pause();
    response.writeHead(asked.url === "/v2/" ? 200 : 404).end();
  });
  const writing = writeImage(image, parseImageReference(`${host}/app:1`), { registry: limits() });
  await expect(writing).rejects.toMatchObject({
    code: "REGISTRY_UNREACHABLE",
    cause: { message: `${host} did not accept data within 0.4 s` },
  });
});

describe("a blob download", () => {
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

  test("above the minimum rate is never aborted", async () => {
    const parts = Array<number>(12).fill(100);
    expect(await sum(flowing(body(...parts), "r.example", { idleTimeout: 200 }))).toBe(1200);
  });

  test("below the minimum rate is aborted, even if bytes keep arriving", async () => {
    const parts = Array<number>(12).fill(1);
    await expect(sum(flowing(body(...parts), "r.example", { idleTimeout: 200 }))).rejects.toThrow(
      "r.example did not send more data within 0.2 s",
    );
  });

  test("that is consumed more slowly than it arrives is not aborted", async () => {
    expect(await sum(flowing(body(1, 1, 1), "r.example", { idleTimeout: 200 }), 150)).toBe(3);
  });
});
