import { scrypt } from "node:crypto";
import { promisify } from "node:util";
import * as v from "valibot";
import { CnbError } from "../../errors.ts";
import { object } from "../../schema.ts";

/**
 * The content of a private key file of cosign: scrypt derives the key from the password, and NaCl's
 * secretbox encrypts the PKCS #8 document (github.com/secure-systems-lab/go-securesystemslib).
 */
const schema = object({
  kdf: object({
    name: v.literal("scrypt"),
    params: object({ N: v.number(), r: v.number(), p: v.number() }),
    salt: v.string(),
  }),
  cipher: object({ name: v.literal("nacl/secretbox"), nonce: v.string() }),
  ciphertext: v.string(),
});

/** scrypt needs 128 · N · r bytes of memory. cosign writes N = 65536 and r = 8, which are 64 MiB. */
const mostCost = 65_536;
const isPowerOfTwo = (cost: number): boolean => cost > 1 && Number.isInteger(Math.log2(cost));

/**
 * Decrypts the private key of a file that cosign wrote.
 *
 * @returns the PKCS #8 document in DER
 * @throws CnbError SIGNING_KEY_INVALID if the password is wrong or the file is damaged.
 */
export async function decryptKey(content: Buffer, password: string, where: string): Promise<Buffer> {
  const { kdf, cipher, ciphertext } = documentIn(content, where);
  const { N, r, p } = kdf.params;
  if (!isPowerOfTwo(N) || N > mostCost || r !== 8 || p !== 1)
    throw new CnbError("SIGNING_KEY_INVALID", `the private key ${where} has unsupported scrypt parameters`, {
      hint: "Create another key with cosign generate-key-pair.",
    });
  const bytes = (text: string) => Buffer.from(text, "base64");
  const maxmem = 256 * mostCost * r;
  const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);
  const [{ xsalsa20poly1305 }, key] = await Promise.all([
    import("@noble/ciphers/salsa.js"),
    derive(password, bytes(kdf.salt), 32, { N, r, p, maxmem }),
  ]);
  try {
    return Buffer.from(xsalsa20poly1305(key, bytes(cipher.nonce)).decrypt(bytes(ciphertext)));
  } catch (cause) {
    throw new CnbError("SIGNING_KEY_INVALID", `the private key ${where} cannot be decrypted: the password is wrong`, {
      cause,
      hint: "Set the password of the key in the environment variable COSIGN_PASSWORD.",
    });
  }
}

function documentIn(content: Buffer, where: string): v.InferOutput<typeof schema> {
  try {
    return v.parse(schema, JSON.parse(content.toString()));
  } catch (cause) {
    throw damagedKey(where, cause);
  }
}

/** Creates the error for a private key of cosign that cannot be parsed. */
export const damagedKey = (where: string, cause: unknown): CnbError =>
  new CnbError("SIGNING_KEY_INVALID", `the private key ${where} is damaged`, {
    cause,
    hint: "Create a key with cosign generate-key-pair.",
  });
