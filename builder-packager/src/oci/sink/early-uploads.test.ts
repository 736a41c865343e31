// @needs docker-registry
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listen } from "../../../../test/support/registry/listen.ts";
import { startRegistry } from "../../../../test/support/service.ts";
import { tinyImage } from "../../../../test/support/tiny/images.ts";
import { readImage, writeImage } from "../image-io.ts";
import type { Image } from "../model/image.ts";
import type { RegistryReference } from "../model/reference.ts";
import { earlyUploads } from "./early-uploads.ts";

let dir: string;
let registry: Awaited<ReturnType<typeof startRegistry>>;
let image: Image;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "early-uploads-"));
  registry = await startRegistry();
  image = await tinyImage(dir);
});
afterEach(async () => {
  await registry?.stop();
  await rm(dir, { recursive: true, force: true });
});

const named = (host: string, repository: string): RegistryReference => ({
  kind: "registry",
  registry: host,
  repository,
  tag: "1",
});

/** Sends the layers of the image; what the push of it asks of the registry after that. */
async function uploaded(reference: RegistryReference, host = reference.registry) {
  let sent = 0;
  const uploads = earlyUploads({ ...reference, registry: host }, {}, (count) => {
    sent += count;
  });
  for (const layer of [...image.layers, ...image.layers]) uploads.add(layer);
  return { image: await uploads.finished(image), sent };
}

test("layers are uploaded before the image is complete, and are not checked again when the image is pushed", async () => {
  const reference = named(registry.host, "app");
  const { image: known, sent } = await uploaded(reference);
  const [layer] = image.layers;
  expect(sent).toBe(layer?.size);
  expect((await fetch(`http://${registry.host}/v2/app/blobs/${layer?.digest}`, { method: "HEAD" })).status).toBe(200);
  expect((await fetch(`http://${registry.host}/v2/app/manifests/1`)).status).toBe(404);
  expect(known.layers).toMatchObject([{ origin: { registry: registry.host, repository: "app" } }]);
  const requests = await recorded(async (host) => {
    await writeImage({ ...known, layers: known.layers.map((each) => movedTo(each, host)) }, named(host, "app"));
  });
  expect(requests.filter((request) => request.includes(`${layer?.digest}`))).toEqual([]);
  expect((await readImage(reference)).layers.map(({ digest }) => digest)).toEqual([layer?.digest]);
});

const movedTo = (layer: Image["layers"][number], host: string) => ({
  ...layer,
  origin: { registry: host, repository: "app" },
});

/** The requests that pass through a proxy to the registry. */
async function recorded(work: (host: string) => Promise<void>): Promise<readonly string[]> {
  const requests: string[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    requests.push(`${request.method} ${request.url}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
    const type = request.headers["content-type"];
    const answer = await fetch(`http://${registry.host}${request.url}`, {
      method: request.method ?? "GET",
      ...body,
      ...(type === undefined ? {} : { headers: { "content-type": type } }),
    });
    const location = answer.headers.get("location")?.replace(registry.host, request.headers.host ?? "");
    response.writeHead(answer.status, location === undefined ? {} : { location });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  const { host, stop } = await listen(server);
  try {
    await work(host);
  } finally {
    await stop();
  }
  return requests;
}

test("a failed early upload is repeated by the push of the image", async () => {
  const refusing = await listen(createServer((_request, response) => response.writeHead(403).end()));
  const { image: unchanged } = await uploaded(named(registry.host, "app"), refusing.host);
  await refusing.stop();
  expect(unchanged.layers).toEqual(image.layers);
  await writeImage(unchanged, named(registry.host, "app"));
  expect((await readImage(named(registry.host, "app"))).layers.length).toBe(1);
});
