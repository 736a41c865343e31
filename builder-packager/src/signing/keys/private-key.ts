import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { CnbError } from "../../errors.ts";
import { damagedKey, decryptKey } from "./encrypted-key.ts";
import { refuseUnusableKey } from "./key-kind.ts";
import { digestFor } from "./public-key.ts";
import type { Signer } from "./signer.ts";

/** The two names of cosign's own format: the current one, and the one before 2023. */
const encrypted = /-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----([\s\S]*?)-----END/;

/**
 * Creates a signer with a private key in PEM: cosign's own format, PKCS #8 (also encrypted),
 * PKCS #1 or SEC 1.
 *
 * @param where the path of the key for errors
 * @throws CnbError SIGNING_KEY_INVALID
 */
export async function parsePrivateKey(pem: Uint8Array, password: string, where: string): Promise<Signer> {
  const text = Buffer.from(pem).toString("latin1");
  const [, body] = encrypted.exec(text) ?? [];
  const key =
    body === undefined
      ? pemKey(text, password, where)
      : derKey(await decryptKey(Buffer.from(body, "base64"), password, where), where);
  refuseUnusableKey(key, where);
  return {
    where,
    publicKey: createPublicKey(key),
    sign: async (bytes) => sign(digestFor(key), bytes, key),
  };
}

function derKey(key: Buffer, where: string): KeyObject {
  try {
    return createPrivateKey({ key, format: "der", type: "pkcs8" });
  } catch (cause) {
    throw damagedKey(where, cause);
  }
}

function pemKey(text: string, password: string, where: string): KeyObject {
  try {
    return createPrivateKey({ key: text, passphrase: password });
  } catch (cause) {
    const isEncrypted = text.includes("ENCRYPTED");
    const reason = isEncrypted ? "cannot be decrypted: the password is wrong" : "is not a private key in PEM";
    throw new CnbError("SIGNING_KEY_INVALID", `the private key ${where} ${reason}`, {
      cause,
      hint: isEncrypted
        ? "Set the password of the key in the environment variable COSIGN_PASSWORD."
        : "Create a key with cosign generate-key-pair, or with openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256.",
    });
  }
}
