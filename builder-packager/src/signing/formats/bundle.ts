import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import { keyHint } from "../keys/public-key.ts";
import type { Signer } from "../keys/signer.ts";
import { type Envelope, envelopeSchema } from "./dsse.ts";

/** The media type of sigstore's bundles, with which cosign 3 stores signatures and attestations. */
export const bundleMediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

/** True for every version of sigstore's bundles. */
export const isBundle = (mediaType = ""): boolean => mediaType.startsWith("application/vnd.dev.sigstore.bundle");

/** The schema of the parts of a bundle that a verification by a key needs. */
export const bundleSchema = looseObject({
  mediaType: v.pipe(
    v.string(),
    v.check((type: string) => isBundle(type), "expected the media type of a sigstore bundle"),
  ),
  verificationMaterial: looseObject({ publicKey: v.optional(looseObject({ hint: v.optional(v.string()) })) }),
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
