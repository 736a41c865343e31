import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bundles, simpleSignings, type Tampering } from "../../../../test/support/signing/tampered.ts";
import { digestOf } from "../../oci/model/digest.ts";
import type { PublicKey } from "../keys/public-key.ts";
import { claimIn } from "./claim.ts";
import type { ReadableEvidence } from "./evidence.ts";
import { RefusedEvidence } from "./refused-evidence.ts";

const [key, otherKey] = [1, 2].map(() => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
const [digest, other] = ["image", "other"].map(digestOf);
const tampering = { digest, other, key, otherKey } as Tampering;
const trusted: PublicKey = { where: "cosign.pub", key: createPublicKey(tampering.key) };
const signatureType = "https://sigstore.dev/cosign/sign/v1";

const claim = (evidence: Omit<ReadableEvidence, "digest">) =>
  claimIn({ digest: digestOf("blob"), ...evidence } as ReadableEvidence, { keys: [trusted] }, tampering.digest);

/** The reason for which evidence is refused. */
function refusal(evidence: Omit<ReadableEvidence, "digest">): string {
  try {
    claim(evidence);
    return "accepted";
  } catch (error) {
    if (error instanceof RefusedEvidence) return error.message;
    throw error;
  }
}

describe("a sigstore bundle", () => {
  test.each([
    ["untouched", "accepted"],
    ["a signature with one changed bit", "is not by the key"],
    ["an empty signature", "is not by the key"],
    ["a truncated signature", "is not by the key"],
    ["a signature by another key", "is not by the key"],
    ["a signature of the payload without its type", "is not by the key"],
    ["a signature of the digest alone", "is not by the key"],
    ["a signature of SHA-512", "is not by the key"],
    ["the signature of another image", "is of another image"],
    ["the digest replaced in the payload of another image", "is not by the key"],
    ["a changed predicate type", "is not by the key"],
    ["a changed payload type", "is not by the key"],
    ["a statement without a subject", "is of another image"],
    ["a statement with only a digest of another algorithm", "is of another image"],
    ["the digest as the name of another subject", "is of another image"],
    ["a signed payload that is not JSON", "is malformed: it is not JSON"],
    ["no signature", "is malformed: dsseEnvelope.signatures: Invalid length: Expected 1 but received 0"],
    ["two signatures", "is malformed: dsseEnvelope.signatures: Invalid length: Expected 1 but received 2"],
    ["no envelope", 'is malformed: dsseEnvelope: Invalid key: Expected "dsseEnvelope" but received undefined'],
    ["an unknown media type", "is malformed: mediaType: expected the media type of a sigstore bundle"],
    ["content that is not JSON", "is malformed: it is not JSON"],
    ["a payload with invalid base64", "is malformed: dsseEnvelope.payload: expected base64"],
  ])(`(%s) gets the verification result "%s"`, (defect, reason) => {
    const bytes = bundles[defect]?.(tampering) as Buffer;
    expect(refusal({ kind: "bundle", bytes })).toBe(reason);
  });

  test("that is nested too deeply is refused as malformed", () => {
    const bytes = Buffer.from(`${"[".repeat(5000)}${"]".repeat(5000)}`);
    expect(refusal({ kind: "bundle", bytes })).toBe("is malformed: it is nested too deeply");
  });

  test("without defects contains a claim about the image", () => {
    const bytes = bundles["untouched"]?.(tampering) as Buffer;
    expect(claim({ kind: "bundle", bytes })).toEqual({
      predicateType: signatureType,
      predicate: {},
      format: "bundle",
      digest: digestOf("blob"),
    });
  });
});

test("each defect of a sigstore bundle has a test case", () => expect(Object.keys(bundles).length).toBe(22));

describe("a cosign 2 signature", () => {
  test.each([
    ["untouched", "accepted"],
    ["of another image", "is of another image"],
    ["with a replaced digest", "is not by the key"],
    ["by another key", "is not by the key"],
    ["without a signature", "is not by the key"],
    ["with an empty signature", "is not by the key"],
    ["with a digest in capitals", "is of another image"],
  ])(`(%s) gets the verification result "%s"`, (defect, reason) => {
    const { payload: bytes, signature = "" } = simpleSignings[defect]?.(tampering) ?? { payload: Buffer.alloc(0) };
    expect(refusal({ kind: "simple-signing", bytes, signature } as Omit<ReadableEvidence, "digest">)).toBe(reason);
  });
});
