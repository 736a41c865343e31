import * as v from "valibot";
import type { Digest } from "../../oci/model/digest.ts";
import { isTooDeep } from "../../oci/model/json-depth.ts";
import { bundleSchema, hasCertificate } from "../formats/bundle.ts";
import { envelopeSchema, verifiedPayload } from "../formats/dsse.ts";
import { signatureType } from "../formats/predicate-types.ts";
import { simpleSigningSchema } from "../formats/simple-signing.ts";
import { isAbout, statementMediaType, statementSchema } from "../formats/statement.ts";
import type { KeylessVerifier } from "../keyless/keyless-verifier.ts";
import { isSignedBy, type PublicKey } from "../keys/public-key.ts";
import type { Evidence, ReadableEvidence } from "./evidence.ts";
import { RefusedEvidence } from "./refused-evidence.ts";

/** A verified statement about an image, from a signature or an attestation. */
export interface Claim {
  /** The type of the predicate; for a signature without a predicate, that of cosign's signatures. */
  readonly predicateType: string;
  readonly predicate: unknown;
  readonly format: ReadableEvidence["kind"];
  /** The digest of the blob with the signature. */
  readonly digest: Digest;
}

/** The signers whose signatures are accepted: one of the keys, or one of the identities. */
export interface Trust {
  readonly keys: readonly PublicKey[];
  readonly keyless?: KeylessVerifier | undefined;
}

/**
 * Verifies a signature or an attestation: its form, its signature by a trusted signer, and that it
 * refers to the image with the digest.
 *
 * @throws RefusedEvidence
 */
export function claimIn(evidence: Evidence, { keys, keyless }: Trust, subject: Digest): Claim {
  switch (evidence.kind) {
    case "unreadable":
      throw new RefusedEvidence(evidence.reason, evidence.hint);
    case "bundle": {
      const bundle = parsed(bundleSchema, evidence.bytes);
      const { payloadType } = bundle.dsseEnvelope;
      // The payload is parsed only after the verification of its signature.
      const payload = verifiedPayload(bundle.dsseEnvelope, keys) ?? keylessPayload(bundle, { keys, keyless });
      return statementIn(evidence, { payload, payloadType }, subject);
    }
    case "envelope": {
      const envelope = parsed(envelopeSchema, evidence.bytes);
      const payload = verifiedPayload(envelope, keys);
      if (payload === undefined) throw notByKey(keys);
      return statementIn(evidence, { payload, payloadType: envelope.payloadType }, subject);
    }
    case "simple-signing":
      return simpleClaim(evidence, keys, subject);
  }
}

function keylessPayload(bundle: v.InferOutput<typeof bundleSchema>, { keys, keyless }: Trust): Uint8Array {
  if (!hasCertificate(bundle))
    throw keys.length > 0 ? notByKey(keys) : new RefusedEvidence("is by a key, but only identities are accepted");
  if (keyless === undefined) throw new RefusedEvidence("is by an identity, but only keys are accepted");
  return keyless.verify(bundle);
}

const notByKey = (keys: readonly PublicKey[]): RefusedEvidence =>
  new RefusedEvidence(
    keys.length > 0 ? "is not by the key" : "has a format of cosign 1 or 2, in which only keys are accepted",
  );

function statementIn(
  { kind, digest }: ReadableEvidence,
  { payload, payloadType }: { readonly payload: Uint8Array; readonly payloadType: string },
  subject: Digest,
): Claim {
  if (payloadType !== statementMediaType)
    throw new RefusedEvidence(`is of a document of the unknown type ${JSON.stringify(payloadType)}`);
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
  if (!keys.some((key) => isSignedBy(key, bytes, decoded))) throw notByKey(keys);
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
