// @needs openssl
import { mkdtemp, rm } from "node:fs/promises";
import https from "node:https";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Certificates, makeCertificates } from "../../../../../test/support/registry/certificates.ts";
import { listen } from "../../../../../test/support/registry/listen.ts";
import { digestOf } from "../../model/digest.ts";
import { openReader } from "../reader.ts";
import { download } from "../transfer/download.ts";

const content = Buffer.alloc(5_000_000, "a layer that is sent with TLS ");
const blob = { digest: digestOf(content), size: content.length };

let dir: string;
let certificates: Certificates;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "blob-connections-"));
  certificates = await makeCertificates(dir, ["DNS:localhost"]);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function serveWithTls() {
  const connections = new Set<Socket>();
  const server = https.createServer(await certificates.server(), (request, response) => {
    if (!request.url?.includes("/blobs/")) return response.writeHead(200).end();
    connections.add(request.socket);
    return response.writeHead(200, { "content-length": content.length }).end(content);
  });
  const { host, stop } = await listen(server);
  return { registry: host.replace("127.0.0.1", "localhost"), connections, stop };
}

test("the download of a large blob with TLS uses the connection again", async () => {
  const { registry, connections, stop } = await serveWithTls();
  try {
    const options = { caCertificates: [certificates.ca] };
    const reader = await openReader({ registry, repository: "app" }, "pull app", options);
    for (let turn = 0; turn < 2; turn++) expect(content.equals(await buffer(download(reader, blob)))).toBe(true);
    expect(connections.size).toBe(1);
  } finally {
    await stop();
  }
});
