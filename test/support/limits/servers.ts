import http from "node:http";
import { Readable } from "node:stream";
import type { Content } from "../../../builder-packager/src/copy/content.ts";
import { type IndexReader, indexReader } from "../../../builder-packager/src/inventory/index-reader.ts";
import { bounded } from "../../../builder-packager/src/inventory/indexes/index-item.ts";
import { limits } from "../../../builder-packager/src/limits.ts";
import { engineAt } from "../../../builder-packager/src/oci/daemon/engine.ts";
import { digestOf } from "../../../builder-packager/src/oci/model/digest.ts";
import { wordsOf } from "../../../builder-packager/src/oci/registry/transport/body.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { evidenceOf } from "../../../builder-packager/src/signing/evidence/evidence.ts";
import { listen } from "../registry/listen.ts";
import { type Attacks, cut } from "./attack.ts";

/** An engine that answers with this status and so many bytes. */
async function engine(status: number, bytes: number) {
  const server = await listen(
    http.createServer((request, response) => {
      request.resume();
      if (request.url === "/_ping") response.end("OK");
      else response.writeHead(status).end(Buffer.alloc(bytes, "a"));
    }),
  );
  const [hostname, port] = server.host.split(":");
  try {
    const endpoint = { where: "it", connection: { protocol: "http:", hostname, port } } as never;
    const opened = await engineAt(endpoint, "ask");
    return await (await opened.send({ method: "GET", path: "/version", expect: [200] })).text();
  } finally {
    await server.stop();
  }
}

const signed = digestOf("signed");
const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** An image with so many attached bundles of so many bytes. */
async function readSignatures(count: number, size: number): Promise<void> {
  const descriptor = { mediaType: "application/vnd.oci.image.manifest.v1+json", digest: signed, size: 1 };
  const layer = { mediaType: bundleType, digest: signed, size };
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config: descriptor, layers: [layer] }));
  const content: Content = {
    where: "it",
    manifest: async () => ({ bytes, digest: signed, mediaType: descriptor.mediaType }),
    blob: () => Readable.from([]),
    referrers: async () => Array.from({ length: count }, () => ({ ...descriptor, artifactType: bundleType })),
    taggedArtifacts: async () => [],
  };
  for await (const each of evidenceOf(content, signed)) if (each.kind === "unreadable") throw new Error(each.reason);
}

/** An address that answers with so many bytes, in pieces. */
async function releases(bytes: number, read: (uri: string, reader: IndexReader) => Promise<unknown>): Promise<void> {
  const piece = Buffer.alloc(64 * 1024, "a");
  const server = await listen(
    http.createServer((_, response) => {
      Readable.from(Array.from({ length: bytes / piece.length }, () => piece))
        .on("error", () => {})
        .pipe(response.writeHead(200));
    }),
  );
  try {
    await read(`http://${server.host}/index`, indexReader("/inventory.toml", { env: {}, reporter: silentReporter }));
  } finally {
    await server.stop();
  }
}

/** Ten times the limits that answers of registries and engines reach. */
export const serverAttacks: Attacks = {
  registryWords: [
    async () => cut(await wordsOf(Readable.from([Buffer.alloc(10 * limits.registryWords.most, "a")]))),
    `${limits.registryWords.most} characters`,
  ],
  signatures: [() => readSignatures(10 * limits.signatures.most, 1), "more than 100 signatures and attestations"],
  attestation: [() => readSignatures(1, 10 * limits.attestation.most), "is too large: 1342177280 bytes"],
  inventoryIndex: [
    () => releases(10 * limits.inventoryIndex.most, (uri, reader) => reader.text(uri)),
    "more than 67108864 bytes",
  ],
  inventorySignature: [
    () => releases(10 * limits.inventorySignature.most, (uri, reader) => reader.bytes(uri)),
    "more than 1048576 bytes",
  ],
  inventoryItems: [
    () => bounded(Array.from({ length: 10 * limits.inventoryItems.most }), "it"),
    "it has more than 200000 items",
  ],
  engineError: [
    () =>
      engine(500, 10 * limits.engineError.most).catch((error: Error) =>
        cut(error.message.slice("cannot ask: the engine at it answered HTTP 500: ".length)),
      ),
    " characters",
  ],
  engineText: [
    () => engine(200, 10 * limits.engineText.most),
    "the response of the engine at it has more than 16777216 bytes",
  ],
};
