import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import { keyHint } from "../keys/public-key.ts";
import type { Signer } from "../keys/signer.ts";
import { type Envelope, envelopeSchema } from "./dsse.ts";

/** The media type of sigstore's bundles, with which cosign 3 stores signatures and attestations. */
export const bundleMediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** True for every version of sigstore's bundles. */
export const isBundle = (mediaType = ""): boolean => mediaType.startsWith("application/vnd.dev.sigstore.bundle");

/** The schema of the parts of a bundle that a verification by a key needs. With a certificate, a library reads the rest. */
export const bundleSchema = looseObject({
  mediaType: v.pipe(
    v.string(),
    v.check((type: string) => isBundle(type), "expected the media type of a sigstore bundle"),
  ),
  verificationMaterial: looseObject({
    publicKey: v.optional(looseObject({ hint: v.optional(v.string()) })),
    certificate: v.optional(v.unknown()),
    x509CertificateChain: v.optional(v.unknown()),
  }),
  dsseEnvelope: envelopeSchema,
});

/** Formats a bundle for a signature with a key. */
export const bundleOf = (envelope: Envelope, { publicKey }: Signer): Buffer =>
  Buffer.from(
    JSON.stringify({
      mediaType: bundleMediaType,
      verificationMaterial: { publicKey: { hint: keyHint(publicKey) } },
      dsseEnvelope: envelope,
    }),
  );

/** True if a bundle contains the certificate of an identity. */
export const hasCertificate = ({ verificationMaterial }: v.InferOutput<typeof bundleSchema>): boolean =>
  verificationMaterial.certificate !== undefined || verificationMaterial.x509CertificateChain !== undefined;

/** The proofs of a signature without a long-lived key. */
export interface KeylessProof {
  /** The certificate in DER. */
  readonly certificate: Uint8Array;
  /** The entries in transparency logs. */
  readonly entries: readonly object[];
  /** The response of a timestamp authority in DER. */
  readonly timestamp: Uint8Array;
}

/** Formats a bundle for a signature by an identity. */
export const keylessBundle = (envelope: Envelope, { certificate, entries, timestamp }: KeylessProof): Buffer =>
  Buffer.from(
    JSON.stringify({
      mediaType: bundleMediaType,
      verificationMaterial: {
        certificate: { rawBytes: Buffer.from(certificate).toString("base64") },
        tlogEntries: entries,
        timestampVerificationData: {
          rfc3161Timestamps: [{ signedTimestamp: Buffer.from(timestamp).toString("base64") }],
        },
      },
      dsseEnvelope: envelope,
    }),
  );
