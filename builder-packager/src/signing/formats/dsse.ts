import * as v from "valibot";
import { looseObject } from "../../schema.ts";
import { isSignedBy, type PublicKey } from "../keys/public-key.ts";
import type { Signer } from "../keys/signer.ts";

/** A signed document (https://github.com/secure-systems-lab/dsse). All binary values are in base64. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: string;
  readonly signatures: readonly { readonly sig: string }[];
}

const base64 = v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/, "expected base64"));

/** The schema of an envelope. Like cosign, it accepts exactly one signature. */
export const envelopeSchema = looseObject({
  payloadType: v.string(),
  payload: base64,
  signatures: v.pipe(v.array(looseObject({ sig: base64 })), v.length(1)),
});

/** Signs a document. */
export async function signEnvelope(
  payload: Uint8Array,
  payloadType: string,
  signer: Pick<Signer, "sign">,
): Promise<Envelope> {
  const signature = await signer.sign(signedBytes(payloadType, payload));
  return {
    payload: Buffer.from(payload).toString("base64"),
    payloadType,
    signatures: [{ sig: Buffer.from(signature).toString("base64") }],
  };
}

/** Returns the document of an envelope if one of the keys signed it, otherwise undefined. */
export function verifiedPayload(envelope: Envelope, keys: readonly PublicKey[]): Buffer | undefined {
  const payload = Buffer.from(envelope.payload, "base64");
  const signature = Buffer.from(envelope.signatures[0]?.sig ?? "", "base64");
  const bytes = signedBytes(envelope.payloadType, payload);
  return keys.some((key) => isSignedBy(key, bytes, signature)) ? payload : undefined;
}

/** Returns the signed bytes: the pre-authentication encoding of the type and the document. */
export function signedBytes(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload]);
}
