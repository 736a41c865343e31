import { createHash } from "node:crypto";
import http from "node:http";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type Listening, listen } from "../../../../../test/support/registry/listen.ts";
import { impatientClock } from "../../../../../test/support/registry/sample.ts";
import { verified } from "../../layers/verify.ts";
import type { Digest } from "../../model/digest.ts";
import { openReader } from "../reader.ts";
import { download } from "../transfer/download.ts";

const size = 3 * 1024 * 1024 + 7;
const content = Buffer.alloc(size, "a layer that is larger than one megabyte ");
const digest: Digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;

const opened: Listening[] = [];
afterEach(() => Promise.all(opened.splice(0).map((each) => each.stop())));

type Answer = (response: http.ServerResponse, request: http.IncomingMessage, count: number) => void;

/** Serves blobs, and counts the connections that asked for them. */
async function serveBlobs(answer: Answer) {
  const connections = new Set<Socket>();
  let count = 0;
  const server = await listen(
    http.createServer((request, response) => {
      if (!request.url?.includes("/blobs/")) return response.writeHead(200).end();
      connections.add(request.socket);
      return answer(response, request, ++count);
    }),
  );
  opened.push(server);
  return { host: server.host, connections };
}

async function pull(host: string): Promise<Buffer> {
  const reader = await openReader({ registry: host, repository: "app" }, `pull ${host}/app`, {
    clock: impatientClock(),
  });
  return buffer(verified(download(reader, { digest, size }), { digest, size, where: host }));
}

const whole: Answer = (response) => response.writeHead(200, { "content-length": size }).end(content);

describe("the download of a large blob", () => {
  test("returns the bytes of the blob, and uses the connection again", async () => {
    const { host, connections } = await serveBlobs(whole);
    const reader = await openReader({ registry: host, repository: "app" }, "pull app", {});
    for (let turn = 0; turn < 3; turn++)
      expect(content.equals(await buffer(download(reader, { digest, size })))).toBe(true);
    expect(connections.size).toBe(1);
  });

  test.for<[string, http.OutgoingHttpHeaders]>([
    ["closes the connection", { connection: "close" }],
    ["lets connections be idle for less than a second", { connection: "keep-alive", "keep-alive": "timeout=1" }],
  ])("opens a new connection for the next blob if the server %s", async ([, headers]) => {
    const { host, connections } = await serveBlobs((response) =>
      response.writeHead(200, { "content-length": size, ...headers }).end(content),
    );
    const clock = { now: Date.now, sleep: () => Promise.reject(new Error("a request failed and was repeated")) };
    const reader = await openReader({ registry: host, repository: "app" }, "pull app", { clock });
    for (let turn = 0; turn < 4; turn++)
      expect(content.equals(await buffer(download(reader, { digest, size })))).toBe(true);
    expect(connections.size).toBe(4);
  });

  test("uses the connection to the registry again after a redirect", async () => {
    const storage = await serveBlobs(whole);
    const { host, connections } = await serveBlobs((response, request) =>
      response.writeHead(307, { location: `http://${storage.host}${request.url}` }).end(),
    );
    const reader = await openReader({ registry: host, repository: "app" }, "pull app", {});
    for (let turn = 0; turn < 3; turn++)
      expect(content.equals(await buffer(download(reader, { digest, size })))).toBe(true);
    expect([connections.size, storage.connections.size]).toEqual([1, 1]);
  });

  test("opens a new connection if the server closed the idle one", async () => {
    const { host, connections } = await serveBlobs(whole);
    const reader = await openReader({ registry: host, repository: "app" }, "pull app", {});
    for (let turn = 0; turn < 3; turn++) {
      expect(content.equals(await buffer(download(reader, { digest, size })))).toBe(true);
      for (const socket of connections) socket.destroy();
      await delay(50);
    }
    expect(connections.size).toBe(3);
  });

  test("opens a connection for each of several blobs at once", async () => {
    const { host, connections } = await serveBlobs(whole);
    const all = await Promise.all([pull(host), pull(host), pull(host)]);
    expect(all.map((each) => each.equals(content))).toEqual([true, true, true]);
    expect(connections.size).toBe(3);
  });

  test("accepts a response without a length", async () => {
    const { host } = await serveBlobs((response) => {
      response.write(content.subarray(0, 1000));
      response.end(content.subarray(1000));
    });
    expect(content.equals(await pull(host))).toBe(true);
  });

  test("follows a redirect", async () => {
    const { host } = await serveBlobs((response, request, count) =>
      count === 1
        ? response.writeHead(307, { location: `${request.url}?elsewhere` }).end()
        : whole(response, request, count),
    );
    expect(content.equals(await pull(host))).toBe(true);
  });

  test("resumes after a connection that was cut in the middle", async () => {
    const ranges: (string | undefined)[] = [];
    const { host } = await serveBlobs((response, { headers: { range } }, count) => {
      ranges.push(range);
      const start = Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
      const type = start > 0 ? { "content-range": `bytes ${start}-${size - 1}/${size}` } : {};
      response.writeHead(start > 0 ? 206 : 200, { "content-length": size - start, ...type });
      if (count > 1) response.end(content.subarray(start));
      else response.write(content.subarray(0, 2_000_000), () => response.destroy());
    });
    expect(content.equals(await pull(host))).toBe(true);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  });

  test("does not use a connection again after bytes that follow the response", async () => {
    const { host, connections } = await serveBlobs((response, request, count) => {
      whole(response, request, count);
      response.socket?.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nother");
    });
    expect(content.equals(await pull(host))).toBe(true);
    expect(content.equals(await pull(host))).toBe(true);
    expect(connections.size).toBe(2);
  });

  test("fails with the registry's error", async () => {
    const { host } = await serveBlobs((response) => response.writeHead(404).end());
    await expect(pull(host)).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
  });

  test("ends when the request is aborted", async () => {
    const { host } = await serveBlobs((response) => {
      response.writeHead(200, { "content-length": size });
      response.write(content.subarray(0, 1_500_000));
    });
    const aborted = new AbortController();
    const reader = await openReader({ registry: host, repository: "app" }, "pull app", { signal: aborted.signal });
    const reading = (async () => {
      for await (const _ of download(reader, { digest, size })) aborted.abort();
    })();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  });
});
