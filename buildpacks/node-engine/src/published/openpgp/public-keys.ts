import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { dearmored, type Packet, packetsOf, Reader, tags } from "./packets.ts";
import { checkSignature, parseSignature, type Signature, signatureTypes } from "./signature.ts";

/** A key that may sign: a primary key, or a subkey that its primary key authorizes to sign. */
export interface SigningKey {
  /** The fingerprint in capital letters. */
  readonly fingerprint: string;
  /** The last 8 bytes of the fingerprint. */
  readonly keyId: string;
  readonly isPrimary: boolean;
  readonly key: KeyObject;
}

/**
 * Reads the keys in a keyring, armored or binary, that can sign: RSA keys of at least 2047 bits,
 * and Ed25519 keys. The expiry of keys is ignored.
 *
 * @throws Error if the data is not a keyring
 */
export function signingKeysIn(keyring: Uint8Array): readonly SigningKey[] {
  const bytes = Buffer.from(keyring);
  const packets = packetsOf(isBinary(bytes) ? bytes : dearmoredKeys(bytes.toString("latin1")));
  const found: SigningKey[] = [];
  let primary: { readonly packet: Packet; readonly signing: SigningKey | undefined } | undefined;
  packets.forEach((packet, index) => {
    if (packet.tag === tags.publicKey) {
      primary = { packet, signing: signingKey(packet, true) };
      if (primary.signing) found.push(primary.signing);
    } else if (packet.tag === tags.publicSubkey && primary?.signing) {
      const subkey = signingKey(packet, false);
      const end = packets.findIndex((each, at) => at > index && each.tag !== tags.signature);
      const signatures = packets.slice(index + 1, end < 0 ? undefined : end);
      const { signing } = primary;
      const bound = subkey && isCertified({ packet: primary.packet, signing }, { packet, signing: subkey }, signatures);
      if (bound) found.push(subkey);
    }
  });
  if (primary === undefined) throw new Error("the keyring contains no OpenPGP public key");
  return found;
}

/** Each packet begins with a byte whose first bit is set. Armor in a user's name does not make a keyring armored. */
const isBinary = (bytes: Buffer): boolean => ((bytes[0] ?? 0) & 0x80) !== 0;

function dearmoredKeys(text: string): Buffer {
  const blocks = text.split("-----BEGIN PGP PUBLIC KEY BLOCK-----").length - 1;
  if (blocks > 1)
    throw new Error(
      "the keyring has several armored key blocks: export all keys with one command, gpg --export --armor KEY1 KEY2",
    );
  return dearmored(text, "PUBLIC KEY BLOCK");
}

/** The flag of a key that may sign data (RFC 9580, 5.2.3.29). */
const maySign = 0x02;

/**
 * True if the primary key has bound the subkey for signing, the subkey has agreed by a signature of its own, and the primary key
 * has not revoked it. A subkey for authentication is a key of SSH, and whoever its agent is forwarded to can sign with it.
 */
function isCertified(primary: BoundKey, subkey: BoundKey, signatures: readonly Packet[]): boolean {
  const data = Buffer.concat([hashed(primary.packet), hashed(subkey.packet)]);
  const bodies = signatures.map(({ body }) => body);
  const { subkeyBinding, subkeyRevocation, primaryBinding } = signatureTypes;
  if (bodies.some((body) => goodSignature(body, subkeyRevocation, data, primary.signing))) return false;
  return bodies.some((body) => {
    const { flags = 0, embedded } = goodSignature(body, subkeyBinding, data, primary.signing) ?? {};
    const isForSigning = (flags & maySign) !== 0;
    return isForSigning && embedded && goodSignature(embedded, primaryBinding, data, subkey.signing) !== undefined;
  });
}

interface BoundKey {
  readonly packet: Packet;
  readonly signing: SigningKey;
}

function goodSignature(body: Buffer, type: number, data: Buffer, by: SigningKey): Signature | undefined {
  try {
    const signature = parseSignature(body);
    if (signature.type !== type) return undefined;
    checkSignature(signature, data, by, { allowSha1: true });
    return signature;
  } catch {
    return undefined;
  }
}

/** A key as signatures and fingerprints cover it. */
const hashed = ({ body }: Packet): Buffer =>
  Buffer.concat([Buffer.from([0x99, body.length >> 8, body.length & 0xff]), body]);

/** The product of two primes of 1024 bits can have 2047 bits. OpenPGP.js has the same limit. */
const smallestRsa = 2047;

/** undefined: a key of another version or algorithm, which signs nothing that is accepted. */
function signingKey(packet: Packet, isPrimary: boolean): SigningKey | undefined {
  const reader = new Reader(packet.body);
  if (reader.number(1) !== 4) return undefined;
  reader.number(4); // when it was made
  const key = keyObject(reader.number(1), reader);
  if (key === undefined || (key.asymmetricKeyDetails?.modulusLength ?? smallestRsa) < smallestRsa) return undefined;
  const fingerprint = createHash("sha1").update(hashed(packet)).digest("hex").toUpperCase();
  return { fingerprint, keyId: fingerprint.slice(-16), isPrimary, key };
}

const ed25519Oid = "2b06010401da470f01";

function keyObject(algorithm: number, reader: Reader): KeyObject | undefined {
  if (algorithm === 1 || algorithm === 3) {
    const [n, e] = [reader.multiprecision(), reader.multiprecision()];
    // everybody can sign for an exponent of 1
    if (e.equals(Buffer.of(1))) return undefined;
    const [jwkN, jwkE] = [n.toString("base64url"), e.toString("base64url")];
    return createPublicKey({ format: "jwk", key: { kty: "RSA", n: jwkN, e: jwkE } });
  }
  if (algorithm === 27) return ed25519(reader.bytes(32));
  if (algorithm !== 22 || reader.bytes(reader.number(1)).toString("hex") !== ed25519Oid) return undefined;
  return ed25519(reader.multiprecision().subarray(1)); // behind the mark of a point of this form
}

const ed25519 = (point: Buffer): KeyObject =>
  createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: point.toString("base64url") } });
