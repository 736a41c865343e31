import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import type { Trust } from "./evidence/claim.ts";
import { RefusedEvidence } from "./evidence/refused-evidence.ts";
import { signatureType } from "./formats/predicate-types.ts";
import { UnverifiedImage } from "./unverified-image.ts";

const { publicKey: key } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keys = (...files: readonly string[]) => files.map((where) => ({ where, key }));
const keyless = (...accepted: readonly string[]) => ({ accepted, verify: () => new Uint8Array() });
const release = "release@example.com (issuer https://accounts.example.com)";

const errorFor = (trust: Trust, refused: readonly RefusedEvidence[] = [], predicateType: string = signatureType) =>
  new UnverifiedImage("example.com/app:1@sha256:0", { predicateType, refused, trust });

test.for<[string, UnverifiedImage, object]>([
  [
    "an unsigned image names the required key",
    errorFor({ keys: keys("a.pub") }),
    {
      code: "SIGNATURE_NOT_FOUND",
      message: "example.com/app:1@sha256:0 has no signature, but one by a.pub is required",
      hint: expect.stringContaining("--key FILE"),
    },
  ],
  [
    "an unsigned image names all accepted signers",
    errorFor({ keys: keys("a.pub", "b.pub"), keyless: keyless(release) }),
    { message: `example.com/app:1@sha256:0 has no signature, but one by a.pub or b.pub or ${release} is required` },
  ],
  [
    "an unsigned image names the option for a keyless signature",
    errorFor({ keys: [], keyless: keyless(release) }),
    { hint: expect.stringContaining("--signing-config FILE") },
  ],
  [
    "an image without an attestation names its type",
    errorFor({ keys: keys("a.pub") }, [], "https://example.com/type"),
    { reason: "has no attestation of the type https://example.com/type, but one by a.pub is required" },
  ],
  [
    "an image with refused signatures counts them by their reason",
    errorFor({ keys: [], keyless: keyless(release) }, [
      new RefusedEvidence("is by another identity: me@example.com (issuer https://other.example.com)"),
      new RefusedEvidence("is by a key, but only identities are accepted"),
      new RefusedEvidence("is by a key, but only identities are accepted"),
    ]),
    {
      code: "SIGNATURE_INVALID",
      reason: `has no valid signature by ${release}. Refused: 1 signature, which is by another identity: me@example.com (issuer https://other.example.com); 2 signatures, each of which is by a key, but only identities are accepted`,
      hint: expect.stringContaining("Check who signed the image"),
    },
  ],
  [
    "an image with many reasons and signers lists the first five of each",
    errorFor(
      { keys: keys("1", "2", "3", "4", "5", "6", "7") },
      ["a", "b", "c", "d", "e", "f"].map((each) => new RefusedEvidence(each)),
    ),
    {
      reason:
        "has no valid signature by 1 or 2 or 3 or 4 or 5 or 2 more. Refused: 1 signature, which a; 1 signature, which b; 1 signature, which c; 1 signature, which d; 1 signature, which e; 1 more",
    },
  ],
])("the error for %s", ([, error, expected]) => expect(error).toMatchObject(expected));
