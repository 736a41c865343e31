import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { CnbError } from "../../errors.ts";
import { refuseUnusableKey } from "./key-kind.ts";

/** A key that verifies signatures. */
export interface PublicKey {
  /** The path of the key for messages. */
  readonly where: string;
  readonly key: KeyObject;
}

/**
 * Parses a public key in PEM: ECDSA with the curve P-256, RSA or Ed25519.
 *
 * @param where the path of the key for errors
 * @throws CnbError SIGNING_KEY_INVALID
 */
export function parsePublicKey(pem: Uint8Array, where: string): PublicKey {
  const text = Buffer.from(pem).toString("latin1");
  // createPublicKey would derive the public key from a private one, which should not be passed around.
  if (text.includes("PRIVATE KEY-----"))
    throw new CnbError("SIGNING_KEY_INVALID", `${where} is a private key, not a public key`, {
      hint: `Write the public key with openssl pkey -in ${where} -pubout, or use the file cosign.pub.`,
    });
  const key = keyIn(text, where);
  refuseUnusableKey(key, where);
  return { where, key };
}

function keyIn(text: string, where: string): KeyObject {
  try {
    return createPublicKey(text);
  } catch (cause) {
    throw new CnbError("SIGNING_KEY_INVALID", `${where} is not a public key in PEM format`, {
      cause,
      hint: "Pass a file that begins with -----BEGIN PUBLIC KEY-----, such as cosign.pub.",
    });
  }
}

/** True if the signature of the bytes is valid for the key. */
export const isSignedBy = ({ key }: PublicKey, bytes: Uint8Array, signature: Uint8Array): boolean =>
  verify(digestFor(key), bytes, key, signature);

/** Returns the digest algorithm of signatures with a key. Ed25519 hashes by itself. */
export const digestFor = ({ asymmetricKeyType }: KeyObject): string | undefined =>
  asymmetricKeyType === "ed25519" ? undefined : "sha256";

/** Returns the name of a key in bundles, as cosign computes it: the digest of its DER. */
export const keyHint = (key: KeyObject): string =>
  createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("base64");
