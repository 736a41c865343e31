import { writeFile } from "node:fs/promises";
import http from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect } from "vitest";
import type { Content } from "../../../builder-packager/src/copy/content.ts";
import { type IndexReader, indexReader } from "../../../builder-packager/src/inventory/index-reader.ts";
import { bounded } from "../../../builder-packager/src/inventory/indexes/index-item.ts";
import { jsonItems } from "../../../builder-packager/src/inventory/indexes/json.ts";
import { limits } from "../../../builder-packager/src/limits.ts";
import { engineAt } from "../../../builder-packager/src/oci/daemon/engine.ts";
import { digestOf } from "../../../builder-packager/src/oci/model/digest.ts";
import { wordsOf } from "../../../builder-packager/src/oci/registry/transport/body.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { evidenceOf } from "../../../builder-packager/src/signing/evidence/evidence.ts";
import { openKeylessVerifier } from "../../../builder-packager/src/signing/keyless/keyless-verifier.ts";
import { serviceResponse } from "../../../builder-packager/src/signing/keyless/service-request.ts";
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

/** A keyless signature with so many log entries and timestamps. */
async function verifyKeyless(dir: string, entries: number, timestamps: number): Promise<void> {
  const file = join(dir, "trusted-root.json");
  await writeFile(file, JSON.stringify({ certificateAuthorities: [{ certChain: { certificates: [] } }] }));
  const signer = { identity: "a@example.com", issuer: "https://example.com", trustedRoot: file };
  const { verify } = await openKeylessVerifier([signer]);
  const entry = { logId: { keyId: "YQ==" }, kindVersion: {}, integratedTime: "1", canonicalizedBody: "YQ==" };
  const proof = { inclusionProof: { checkpoint: { envelope: "a" } } };
  const tlogEntries = Array.from({ length: entries }, (_, index) => ({ ...entry, ...proof, logIndex: `${index}` }));
  const rfc3161Timestamps = Array.from({ length: timestamps }, () => ({ signedTimestamp: "YQ==" }));
  verify({
    mediaType: bundleType,
    verificationMaterial: {
      certificate: { rawBytes: "YQ==" },
      tlogEntries,
      timestampVerificationData: { rfc3161Timestamps },
    },
    dsseEnvelope: { payload: "YQ==", payloadType: "text/plain", signatures: [{ sig: "YQ==" }] },
  });
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

/** An address that announces so many bytes. */
async function announcedRelease(bytes: number, read: (uri: string, reader: IndexReader) => Promise<unknown>) {
  const server = await listen(
    http.createServer((_, response) => {
      response.writeHead(200, { "content-length": bytes }).write("a");
    }),
  );
  try {
    await read(`http://${server.host}/tool`, indexReader("/inventory.toml", { env: {}, reporter: silentReporter }));
  } finally {
    await server.stop();
  }
}

/** A service of sigstore that answers with so many bytes. */
async function sigstoreService(bytes: number): Promise<void> {
  const server = await listen(http.createServer((_, response) => response.end(Buffer.alloc(bytes, "a"))));
  try {
    await serviceResponse({ service: "Fulcio", url: new URL(`http://${server.host}/`) }, {});
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
  signatureProofs: [
    async (dir) => {
      const { most } = limits.signatureProofs;
      await expect(verifyKeyless(dir, 1, 10 * most)).rejects.toThrow("it has more than 32 timestamps");
      await verifyKeyless(dir, 10 * most, 1);
    },
    "it has more than 32 log entries",
  ],
  sigstoreResponse: [
    () => sigstoreService(10 * limits.sigstoreResponse.most),
    "its response has more than 8388608 bytes",
  ],
  inventoryIndex: [
    () => releases(10 * limits.inventoryIndex.most, (uri, reader) => reader.text(uri)),
    "more than 67108864 bytes",
  ],
  inventorySignature: [
    () => releases(10 * limits.inventorySignature.most, (uri, reader) => reader.bytes(uri)),
    "more than 1048576 bytes",
  ],
  inventoryRelease: [
    async () => {
      const size = 10 * limits.inventoryRelease.most;
      const verified = announcedRelease(size, (uri, reader) => reader.verify(uri, `sha256:${"0".repeat(64)}`));
      await expect(verified).rejects.toMatchObject({ cause: "the file has more than 4294967296 bytes" });
      await announcedRelease(size, (uri, reader) => reader.digest(uri));
    },
    "more than 4294967296 bytes",
  ],
  inventoryItems: [
    () => bounded(Array.from({ length: 10 * limits.inventoryItems.most }), "it"),
    "it has more than 200000 items",
  ],
  inventoryFields: [
    () => {
      const names = Array.from({ length: 10 * Math.sqrt(limits.inventoryFields.most) }, (_, index) => `${index}`);
      const document = { ...Object.fromEntries(names.map((name) => [name, 1])), releases: names };
      jsonItems(JSON.stringify(document), "it", { items: "releases[]", version: "version", where: {} });
    },
    "its items have more than 2000000 fields",
  ],
  engineError: [
    () =>
      engine(500, 10 * limits.engineError.most).catch((error: Error) =>
        cut(error.message.slice("cannot ask: the container engine at it responded HTTP 500: ".length)),
      ),
    " characters",
  ],
  engineText: [
    () => engine(200, 10 * limits.engineText.most),
    "the response of the container engine at it has more than 16777216 bytes",
  ],
};
