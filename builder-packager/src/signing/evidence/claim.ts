import * as v from "valibot";
import type { Digest } from "../../oci/model/digest.ts";
import { isTooDeep } from "../../oci/model/json-depth.ts";
import { bundleSchema } from "../formats/bundle.ts";
import { type Envelope, envelopeSchema, verifiedPayload } from "../formats/dsse.ts";
import { signatureType } from "../formats/predicate-types.ts";
import { simpleSigningSchema } from "../formats/simple-signing.ts";
import { isAbout, statementMediaType, statementSchema } from "../formats/statement.ts";
import { isSignedBy, type PublicKey } from "../keys/public-key.ts";
import type { Evidence, ReadableEvidence } from "./evidence.ts";

/** A verified statement about an image. */
export interface Claim {
  /** The type of the predicate; for a signature without a predicate, that of cosign's signatures. */
  readonly predicateType: string;
  readonly predicate: unknown;
  readonly format: ReadableEvidence["kind"];
  /** The digest of the blob with the signature. */
  readonly digest: Digest;
}

/**
 * Evidence whose verification failed. The reason completes a sentence that begins with "the
 * signature".
 */
export class RefusedEvidence extends Error {
  readonly hint: string | undefined;

  constructor(reason: string, hint?: string) {
    super(reason);
    this.hint = hint;
  }
}

/**
 * Verifies a signature or an attestation: its form, its signature by one of the keys, and that it is
 * about the image with the digest.
 *
 * @throws RefusedEvidence
 */
export function claimIn(evidence: Evidence, keys: readonly PublicKey[], subject: Digest): Claim {
  switch (evidence.kind) {
    case "unreadable":
      throw new RefusedEvidence(evidence.reason, evidence.hint);
    case "bundle":
      return claimOf(evidence, parsed(bundleSchema, evidence.bytes).dsseEnvelope, keys, subject);
    case "envelope":
      return claimOf(evidence, parsed(envelopeSchema, evidence.bytes), keys, subject);
    case "simple-signing":
      return simpleClaim(evidence, keys, subject);
  }
}

function claimOf(
  { kind, digest }: ReadableEvidence,
  envelope: Envelope,
  keys: readonly PublicKey[],
  subject: Digest,
): Claim {
  // The payload is parsed only after the verification of its signature.
  const payload = verifiedPayload(envelope, keys);
  if (payload === undefined) throw new RefusedEvidence("is not by the key");
  if (envelope.payloadType !== statementMediaType)
    throw new RefusedEvidence(`is of a document of the unknown type ${JSON.stringify(envelope.payloadType)}`);
  const statement = parsed(statementSchema, payload);
  if (!isAbout(statement, subject)) throw new RefusedEvidence("is of another image");
  const { predicateType, predicate } = statement;
  return { predicateType, predicate, format: kind, digest };
}

function simpleClaim(
  { digest, bytes, signature }: Extract<ReadableEvidence, { kind: "simple-signing" }>,
  keys: readonly PublicKey[],
  subject: Digest,
): Claim {
  const decoded = Buffer.from(signature, "base64");
  if (!keys.some((key) => isSignedBy(key, bytes, decoded))) throw new RefusedEvidence("is not by the key");
  const { critical } = parsed(simpleSigningSchema, bytes);
  if (critical.image["docker-manifest-digest"] !== subject) throw new RefusedEvidence("is of another image");
  return { predicateType: signatureType, predicate: undefined, format: "simple-signing", digest };
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, bytes: Uint8Array): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json(bytes), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new RefusedEvidence(`is malformed: ${v.getDotPath(issue) ?? "document"}: ${issue.message.slice(0, 200)}`);
}

function json(bytes: Uint8Array): unknown {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new RefusedEvidence("is malformed: it is not JSON");
  }
  if (isTooDeep(document)) throw new RefusedEvidence("is malformed: it is nested too deeply");
  return document;
}
