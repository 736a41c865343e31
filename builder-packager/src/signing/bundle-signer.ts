import { bundleOf } from "./formats/bundle.ts";
import { signEnvelope } from "./formats/dsse.ts";
import type { PublicKey } from "./keys/public-key.ts";
import type { Signer } from "./keys/signer.ts";

/** Signs documents as sigstore bundles: with a key, or with the certificate of an identity. */
export interface BundleSigner {
  /** The key that verifies the bundles; undefined if each bundle contains a certificate. */
  readonly key: PublicKey | undefined;
  /**
   * Signs a document, and returns the bundle in JSON.
   *
   * @throws CnbError SIGNING_FAILED
   */
  sign(payload: Uint8Array, payloadType: string): Promise<Uint8Array>;
}

/** Creates the bundles of a key. */
export const keyBundles = (signer: Signer): BundleSigner => ({
  key: { where: signer.where, key: signer.publicKey },
  sign: async (payload, payloadType) => bundleOf(await signEnvelope(payload, payloadType, signer), signer),
});
