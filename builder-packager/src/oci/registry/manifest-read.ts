import { CnbError } from "../../errors.ts";
import { type Digest, digestOf } from "../model/digest.ts";
import { maxDocumentBytes } from "../model/document.ts";
import { acceptManifests, mediaTypes } from "../model/media-type.ts";
import { failure } from "./auth/ping.ts";
import type { RegistryClient } from "./client.ts";
import type { Reader } from "./reader.ts";
import { bytesOf } from "./transport/body.ts";
import { isTransient } from "./transport/retry.ts";
import { shouldWaitAgain } from "./transport/time-limits.ts";
import type { HttpResponse } from "./transport/transport.ts";

/** A manifest or index in a registry. */
export interface StoredManifest {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly mediaType: string;
}

/** The name under which a manifest is requested. */
export interface ManifestQuery {
  /** The tag or digest of the manifest. */
  readonly name: string;
  /** The reference of the image for errors, for example `localhost:5000/app:1`. */
  readonly where: string;
}

const isDigest = (text: string): text is Digest => /^sha256:[0-9a-f]{64}$/.test(text);

/**
 * Reads a manifest and verifies its digest. The digest must be equal to the requested one. If a tag
 * was requested, it must be equal to the digest in the registry's response.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, BLOB_CORRUPT, REGISTRY_….
 */
export async function readManifest(reader: Reader, query: ManifestQuery): Promise<StoredManifest> {
  const { registry, purpose, pause } = reader;
  return reader.from(({ send }) => readManifestOf({ send, registry, purpose, pause }, query));
}

/** Reads a manifest from one registry or mirror. */
export async function readManifestOf(
  { send, pause, ...context }: Pick<RegistryClient, "send" | "registry" | "purpose" | "pause">,
  { name, where }: ManifestQuery,
): Promise<StoredManifest> {
  for (let attempt = 1; ; attempt++) {
    const headers = { accept: acceptManifests };
    const response = await send({ method: "GET", path: `manifests/${name}`, expect: [200], headers });
    try {
      const bytes = await bytesOf(response.body, maxDocumentBytes, () => tooLarge(where));
      return checked(response, bytes, name, where);
    } catch (error) {
      const shouldRetry = isTransient(error) || shouldWaitAgain(error, attempt);
      if (!shouldRetry || !(await pause(attempt))) throw failure(context, error);
    }
  }
}

const tooLarge = (where: string): CnbError =>
  new CnbError("IMAGE_INVALID", `the manifest of ${where} is larger than ${maxDocumentBytes} bytes`);

function checked(response: HttpResponse, bytes: Buffer, name: string, where: string): StoredManifest {
  const stated = response.header("docker-content-digest") ?? "";
  const expected = [name, stated].find(isDigest);
  const digest = digestOf(bytes);
  if (expected !== undefined && digest !== expected)
    throw new CnbError(
      "BLOB_CORRUPT",
      `the manifest of ${where} is damaged: its digest is ${digest}, not ${expected}`,
      {
        hint: "Try again. If the error persists, a proxy may be changing the responses.",
      },
    );
  return { bytes, digest, mediaType: typeOf(response, bytes, where) };
}

/** Registries and the specification use the header. A document with another type is an attack. */
function typeOf(response: HttpResponse, bytes: Buffer, where: string): string {
  const header = (response.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  const document = fieldsOf(bytes);
  if (/manifest\.v1\+(pretty)?jws$/.test(header) || document.schemaVersion === 1)
    throw new CnbError(
      "IMAGE_INVALID",
      `${where} has a manifest of Docker's schema 1, which has been deprecated since 2017`,
      {
        hint: "Pull the image with an old version of Docker and push it with a current one, or copy it with skopeo.",
      },
    );
  const inside = typeof document.mediaType === "string" ? document.mediaType : undefined;
  const known = Object.values<string>(mediaTypes).includes(header);
  if (known && inside !== undefined && inside !== header)
    throw new CnbError(
      "IMAGE_INVALID",
      `the manifest of ${where} has the media type ${inside}, but the registry's Content-Type header is ${header}`,
    );
  if (known) return header;
  return inside ?? (Array.isArray(document.manifests) ? mediaTypes.ociIndex : mediaTypes.ociManifest);
}

function fieldsOf(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {}; // reported later, when the document is parsed
  }
}
