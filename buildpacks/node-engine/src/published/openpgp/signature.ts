import { constants, createHash, type KeyObject, verify } from "node:crypto";
import { Reader } from "./packets.ts";

/** An OpenPGP signature. */
export interface Signature {
  readonly type: number;
  readonly hash: number;
  /** The key id of the signer: the last 8 bytes of the fingerprint, in capital letters. */
  readonly issuer: string | undefined;
  /** The creation time in seconds since 1970. */
  readonly created: number;
  /** The validity period in seconds; 0 for unlimited validity. */
  readonly lasts: number;
  /** The permitted uses of a subkey, as bits; undefined if not specified. */
  readonly flags: number | undefined;
  /** The signature with which a signing subkey confirms that it belongs to its primary key. */
  readonly embedded: Buffer | undefined;
  /** The bytes that are hashed after the signed data. */
  readonly trailer: Buffer;
  /** The numbers of the signature, as the key's algorithm defines them. */
  readonly numbers: Reader;
  readonly algorithm: number;
}

/** The types of signatures, by the content that is signed. */
export const signatureTypes = {
  text: 0x01,
  subkeyBinding: 0x18,
  primaryBinding: 0x19,
  subkeyRevocation: 0x28,
} as const;

const hashes: Readonly<Record<number, string>> = { 2: "sha1", 8: "sha256", 9: "sha384", 10: "sha512" };

/** Subpackets that may be marked as critical: times, features, reasons and names of keys, which are read or do not matter here. */
const known: readonly number[] = [2, 3, 9, 11, 16, 21, 22, 25, 27, 29, 30, 32, 33];

/**
 * Reads the body of a signature packet of version 4.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9580#section-5.2.3
 * @throws Error if the packet is damaged or has another version
 */
export function parseSignature(body: Buffer): Signature {
  const reader = new Reader(body);
  const version = reader.number(1);
  if (version !== 4) throw new Error(`the OpenPGP signature has version ${version}, which is not supported`);
  const [type, algorithm, hash] = [reader.number(1), reader.number(1), reader.number(1)];
  const hashedLength = reader.number(2);
  const signed = subpackets(reader.bytes(hashedLength));
  const unsigned = subpackets(reader.bytes(reader.number(2)));
  reader.number(2); // the beginning of the hash
  const end = Buffer.alloc(6);
  end.set([4, 0xff]);
  end.writeUInt32BE(6 + hashedLength, 2);
  return {
    type,
    algorithm,
    hash,
    issuer: issuerOf(signed) ?? issuerOf(unsigned),
    created: signed.get(2)?.readUInt32BE(0) ?? 0,
    lasts: signed.get(3)?.readUInt32BE(0) ?? 0,
    flags: signed.get(27)?.[0],
    embedded: signed.get(32) ?? unsigned.get(32),
    trailer: Buffer.concat([body.subarray(0, 6 + hashedLength), end]),
    numbers: reader,
  };
}

function subpackets(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const reader = new Reader(bytes);
  const found = new Map<number, Buffer>();
  while (!reader.isAtEnd) {
    const [type = 0, ...body] = reader.bytes(reader.length());
    if (type >= 0x80 && !known.includes(type & 0x7f))
      throw new Error(`the OpenPGP signature has the critical subpacket ${type & 0x7f}, which is not supported`);
    found.set(type & 0x7f, Buffer.from(body));
  }
  return found;
}

/**
 * Returns the ID of the key that created the signature. A signature contains the key's fingerprint,
 * which ends with the ID, or only the ID.
 */
const issuerOf = (packets: ReadonlyMap<number, Buffer>): string | undefined =>
  (packets.get(33) ?? packets.get(16))?.subarray(-8).toString("hex").toUpperCase();

/**
 * Verifies a signature.
 *
 * @throws Error with the reason why the signature is invalid
 */
export function checkSignature(
  signature: Signature,
  data: Buffer,
  { key }: { readonly key: KeyObject },
  { allowSha1 = false } = {},
): void {
  const hash = hashes[signature.hash];
  if (hash === undefined)
    throw new Error(`the OpenPGP signature uses the hash algorithm ${signature.hash}, which is not accepted`);
  if (hash === "sha1" && !allowSha1)
    throw new Error("the OpenPGP signature uses SHA-1, which does not protect against forgery");
  if (!isGood(signature, hash, Buffer.concat([data, signature.trailer]), key))
    throw new Error("the signed text was changed, or another key made the signature");
}

function isGood({ algorithm, numbers }: Signature, hash: string, signed: Buffer, key: KeyObject): boolean {
  if (key.asymmetricKeyType === "rsa") {
    if (algorithm !== 1 && algorithm !== 3) return false;
    const size = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
    const number = padded(numbers.multiprecision(), size);
    return verify(hash, signed, { key, padding: constants.RSA_PKCS1_PADDING }, number);
  }
  const digest = createHash(hash).update(signed).digest();
  if (algorithm === 27) return verify(null, digest, key, numbers.bytes(64));
  if (algorithm !== 22) return false;
  const both = [numbers.multiprecision(), numbers.multiprecision()].map((each) => padded(each, 32));
  return verify(null, digest, key, Buffer.concat(both));
}

/** Numbers are written without zeros before them. */
const padded = (number: Buffer, size: number): Buffer =>
  Buffer.concat([Buffer.alloc(Math.max(0, size - number.length)), number]);
