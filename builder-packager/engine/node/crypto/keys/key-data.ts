import { Buffer } from "../../buffer/class.ts";
import { notSupported } from "../../errors.ts";
import { membersOf, oidOf, readElement, require, TAG, wrongTag } from "../der.ts";
import { CURVES, type Curve, isOnCurve } from "./curves.ts";
import { bitString, element, integer, sequence, withoutZeros } from "./encode-der.ts";

/* The public keys that the engine verifies signatures with, and their two encodings in DER. */

export interface RsaKey {
  readonly type: "rsa";
  readonly modulus: Buffer;
  readonly exponent: Buffer;
}

export interface EcKey {
  readonly type: "ec";
  readonly curve: Curve;
  readonly x: Buffer;
  readonly y: Buffer;
}

export interface Ed25519Key {
  readonly type: "ed25519";
  readonly bytes: Buffer;
}

export type KeyData = RsaKey | EcKey | Ed25519Key;

const ED25519_SIZE = 32;
const UNCOMPRESSED = 4;
const RSA_OID = "1.2.840.113549.1.1.1";
const EC_OID = "1.2.840.10045.2.1";
const ED25519_OID = "1.3.101.112";
const RSA_ALGORITHM = Buffer.from("300d06092a864886f70d0101010500", "hex");
const ED25519_ALGORITHM = Buffer.from("300506032b6570", "hex");
const EC_OID_DER = Buffer.from("06072a8648ce3d0201", "hex");

/** Returns the bytes of a key as the engine takes them, which are those in a SubjectPublicKeyInfo. */
export function keyBytes(key: KeyData): Buffer {
  switch (key.type) {
    case "rsa":
      return sequence(integer(key.modulus), integer(key.exponent));
    case "ec":
      return Buffer.concat([Buffer.of(UNCOMPRESSED), key.x, key.y]);
    default:
      return key.bytes;
  }
}

/** Encodes a key as a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7). */
export function spkiOf(key: KeyData): Buffer {
  return sequence(algorithmOf(key), bitString(keyBytes(key)));
}

function algorithmOf(key: KeyData): Buffer {
  if (key.type === "ec") {
    return sequence(EC_OID_DER, Buffer.from(key.curve.der, "hex"));
  }
  return key.type === "rsa" ? RSA_ALGORITHM : ED25519_ALGORITHM;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Reads a SubjectPublicKeyInfo. */
export function keyOfSpki(der: Bytes): KeyData {
  const [algorithm, bits] = membersOf(readElement(der));
  const [type, parameters] = membersOf(algorithm);
  const bytes = require(bits, TAG.bitString).content.subarray(1) as Bytes;
  switch (oidOf(type)) {
    case RSA_OID:
      return keyOfPkcs1(bytes);
    case EC_OID:
      return keyOfPoint(curveOf(parameters?.tag === TAG.oid ? oidOf(parameters) : "with explicit parameters"), bytes);
    case ED25519_OID:
      if (bytes.length !== ED25519_SIZE) {
        throw new Error("Failed to read asymmetric key");
      }
      return { type: "ed25519", bytes: Buffer.from(bytes) };
    default:
      throw notSupported(`public keys of the type ${oidOf(type)}`);
  }
}

/** Reads an RSAPublicKey (RFC 8017, A.1.1). */
export function keyOfPkcs1(der: Bytes): RsaKey {
  const [modulus, exponent] = membersOf(readElement(der)).map((each) => require(each, TAG.integer).content);
  if (modulus === undefined || exponent === undefined) {
    throw wrongTag();
  }
  return { type: "rsa", modulus: numberOf(modulus), exponent: numberOf(exponent) };
}

/** Returns the bytes of a number without zeros before them. */
export const numberOf = (bytes: Uint8Array): Buffer => Buffer.from(withoutZeros(bytes));

function curveOf(oid: string): Curve {
  const curve = CURVES.find((each) => each.oid === oid);
  if (curve === undefined) {
    throw notSupported(`the elliptic curve ${oid}`);
  }
  return curve;
}

function keyOfPoint(curve: Curve, bytes: Bytes): EcKey {
  if (bytes[0] === 2 || bytes[0] === 3) {
    throw notSupported("compressed points of elliptic curves");
  }
  const [x, y] = [bytes.subarray(1, 1 + curve.size), bytes.subarray(1 + curve.size)].map((each) => Buffer.from(each));
  if (bytes[0] !== UNCOMPRESSED || x === undefined || y?.length !== curve.size || !isOnCurve(curve, x, y)) {
    throw new Error("Failed to read asymmetric key");
  }
  return { type: "ec", curve, x, y };
}

/** Returns the number of bits of an RSA key. */
export function modulusLength({ modulus }: RsaKey): number {
  const [first] = modulus;
  return first === undefined ? 0 : modulus.length * 8 - (Math.clz32(first) - 24);
}

/** Encodes the two numbers of an ECDSA signature, which are one after the other in IEEE P1363. */
export function derOfSignature(bytes: Uint8Array): Buffer {
  const half = bytes.length / 2;
  return element(TAG.sequence, integer(bytes.subarray(0, half)), integer(bytes.subarray(half)));
}
