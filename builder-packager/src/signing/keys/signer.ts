import type { KeyObject } from "node:crypto";

/** Signs documents: with a private key in a file, or with a program that has access to a key service. */
export interface Signer {
  /** The path of the key, or the command, for messages. */
  readonly where: string;
  /** The public key that verifies the signatures. */
  readonly publicKey: KeyObject;
  /**
   * Signs bytes with SHA-256 and ECDSA (in DER) or RSA (PKCS #1 1.5), or with Ed25519.
   *
   * @throws CnbError SIGNING_FAILED
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
