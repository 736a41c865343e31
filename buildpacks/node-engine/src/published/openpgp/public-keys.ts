import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { dearmored, type Packet, packetsOf, Reader, tags } from "./packets.ts";
import { checkSignature, parseSignature, signatureTypes } from "./signature.ts";

/** A key that may sign: a primary key, or a subkey that its primary key has certified. */
export interface SigningKey {
  /** In capital letters. */
  readonly fingerprint: string;
  /** The last 8 bytes of the fingerprint. */
  readonly keyId: string;
  readonly isPrimary: boolean;
  readonly key: KeyObject;
}

/**
 * The keys of a keyring, armored or binary, that can sign: RSA of at least 2048 bits, and Ed25519. Whether a key has expired is not
 * looked at.
 *
 * @throws Error if it is not a keyring
 */
export function signingKeysIn(keyring: Uint8Array): readonly SigningKey[] {
  const bytes = Buffer.from(keyring);
  const text = bytes.toString("latin1");
  const isArmored = text.includes("-----BEGIN PGP PUBLIC KEY BLOCK-----");
  const packets = packetsOf(isArmored ? dearmored(text, "PUBLIC KEY BLOCK") : bytes);
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
      if (subkey && isCertified(primary.packet, packet, primary.signing, signatures)) found.push(subkey);
    }
  });
  if (primary === undefined) throw new Error("it has no public key");
  return found;
}

function isCertified(primary: Packet, subkey: Packet, by: SigningKey, signatures: readonly Packet[]): boolean {
  const data = Buffer.concat([hashed(primary), hashed(subkey)]);
  return signatures.some(({ body }) => {
    try {
      const signature = parseSignature(body);
      if (signature.type !== signatureTypes.subkeyBinding) return false;
      checkSignature(signature, data, by, { allowSha1: true });
      return true;
    } catch {
      return false;
    }
  });
}

/** A key as signatures and fingerprints cover it. */
const hashed = ({ body }: Packet): Buffer =>
  Buffer.concat([Buffer.from([0x99, body.length >> 8, body.length & 0xff]), body]);

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
    const [n, e] = [reader.multiprecision(), reader.multiprecision()].map((each) => each.toString("base64url"));
    return createPublicKey({ format: "jwk", key: { kty: "RSA", n: n ?? "", e: e ?? "" } });
  }
  if (algorithm === 27) return ed25519(reader.bytes(32));
  if (algorithm !== 22 || reader.bytes(reader.number(1)).toString("hex") !== ed25519Oid) return undefined;
  return ed25519(reader.multiprecision().subarray(1)); // behind the mark of a point of this form
}

const ed25519 = (point: Buffer): KeyObject =>
  createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: point.toString("base64url") } });
