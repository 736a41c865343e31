import { Buffer } from "../../buffer/class.ts";
import { codedError, invalidArgType, invalidArgValue, notSupported } from "../../errors.ts";
import { bytesOf } from "../data.ts";
import { membersOf, readElement } from "../der.ts";
import { keyOfJwk } from "./jwk.ts";
import { type KeyData, keyOfPkcs1, keyOfSpki } from "./key-data.ts";
import { dataOf, PublicKeyObject } from "./key-object.ts";

type Bytes = Uint8Array<ArrayBuffer>;

interface KeyOptions {
  readonly key?: unknown;
  readonly format?: unknown;
  readonly type?: unknown;
  readonly encoding?: string;
}

/** Implements `crypto.createPublicKey`, for public keys and certificates. */
export function createPublicKey(key: unknown): PublicKeyObject {
  const given = isBytes(key) ? key : optionsOf(key).key;
  if (dataOf(key) ?? dataOf(given)) {
    throw codedError(
      TypeError,
      "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE",
      "Invalid key object type public, expected private.",
    );
  }
  return new PublicKeyObject(readKey(key));
}

const KINDS = "of type string or an instance of ArrayBuffer, Buffer, TypedArray, DataView, KeyObject, or CryptoKey";

type Input = string | ArrayBuffer | ArrayBufferView;

const isBytes = (value: unknown): value is Input =>
  typeof value === "string" || ArrayBuffer.isView(value) || value instanceof ArrayBuffer;

function optionsOf(key: unknown): KeyOptions {
  if (key === null) {
    throw new TypeError("Cannot destructure property 'key' of 'key' as it is null.");
  }
  if (typeof key !== "object") {
    throw invalidArgType("key", KINDS, key);
  }
  return key;
}

/** Reads a key in any form that functions of node:crypto take. */
export function readKey(key: unknown): KeyData {
  const known = dataOf(key);
  if (known !== undefined) {
    return known;
  }
  if (isBytes(key)) {
    return keyOfPem(inputBytes(key, "key"));
  }
  const options = optionsOf(key);
  return dataOf(options.key) ?? readOptions(options);
}

function readOptions({ key, format = "pem", type, encoding }: KeyOptions): KeyData {
  if (format === "jwk") {
    return keyOfJwk(key);
  }
  if (!isBytes(key)) {
    throw invalidArgType("key.key", KINDS, key);
  }
  if (format !== "pem" && format !== "der") {
    throw invalidArgValue("key.format", format);
  }
  if (type !== "spki" && type !== "pkcs1" && (type !== undefined || format === "der")) {
    throw invalidArgValue("key.type", type);
  }
  const bytes = inputBytes(key, "key.key", encoding);
  return format === "pem" ? keyOfPem(bytes) : keyOfDer(bytes, type);
}

function keyOfDer(bytes: Bytes, type: unknown): KeyData {
  try {
    return type === "pkcs1" ? keyOfPkcs1(bytes) : keyOfSpki(bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith("ERR_OSSL_")) {
      throw new Error("Failed to read asymmetric key");
    }
    throw error;
  }
}

const inputBytes = (input: Input, name: string, encoding?: string): Bytes =>
  bytesOf(input instanceof ArrayBuffer ? new Uint8Array(input) : input, name, encoding);

/** The kinds of PEM that contain a public key, in the order in which Node.js searches them. */
const READERS: Readonly<Record<string, (der: Bytes) => KeyData>> = {
  "PUBLIC KEY": keyOfSpki,
  "RSA PUBLIC KEY": keyOfPkcs1,
  CERTIFICATE: keyOfCertificate,
};

function keyOfPem(bytes: Bytes): KeyData {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  for (const [label, read] of Object.entries(READERS)) {
    const [, body] = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]*)-----END ${label}-----`).exec(text) ?? [];
    if (body !== undefined) {
      return read(Buffer.from(body, "base64") as Bytes);
    }
  }
  if (text.includes("PRIVATE KEY-----")) {
    throw notSupported("private keys");
  }
  throw codedError(Error, "ERR_OSSL_UNSUPPORTED", "error:1E08010C:DECODER routines::unsupported");
}

/** Reads the key in a certificate (RFC 5280, 4.1). */
function keyOfCertificate(der: Bytes): KeyData {
  const [signed] = membersOf(readElement(der));
  const fields = membersOf(signed);
  const isVersioned = fields[0]?.tag === 0xa0;
  const key = fields[isVersioned ? 6 : 5];
  return keyOfSpki((key?.whole ?? new Uint8Array(0)) as Bytes);
}
