import { verify as verifyNatively } from "engine:signature";
import { codedError, invalidArgType, invalidArgValue, notSupported } from "../../errors.ts";
import { checkFunction, checkString } from "../../internal/checks.ts";
import { algorithmOf, getHashes } from "../algorithm.ts";
import constants from "../constants.ts";
import { bytesOf } from "../data.ts";
import { readKey } from "./create-public-key.ts";
import { derOfSignature, type KeyData, keyBytes, modulusLength, type RsaKey } from "./key-data.ts";

type Bytes = Uint8Array<ArrayBuffer>;

interface VerifyOptions {
  readonly padding: number | undefined;
  readonly isP1363: boolean;
}

type Callback = (error: Error | null, isValid?: boolean) => void;

/** Implements `crypto.verify`: verifies a signature of complete data. */
export function verify(
  algorithm: string | null | undefined,
  data: unknown,
  key: unknown,
  signature: unknown,
  callback?: Callback,
): boolean | undefined {
  if (algorithm !== null && algorithm !== undefined) {
    checkString(algorithm, "algorithm");
  }
  if (callback !== undefined) {
    checkFunction(callback, "callback");
  }
  const dataBytes = inputBytes(data, "data");
  const options = optionsOf(key);
  const keyData = readKey(key);
  const given = inputBytes(signature, "signature");
  const hash = hashOf(algorithm);
  const check = (): boolean => isValid(hash, dataBytes, keyData, options, given);
  if (callback === undefined) {
    return check();
  }
  later(check, callback as Callback);
  return undefined;
}

function later(check: () => boolean, callback: Callback): void {
  setImmediate(() => {
    try {
      callback(null, check());
    } catch (error) {
      callback(error as Error);
    }
  });
}

function inputBytes(value: unknown, name: string): Bytes {
  if (value instanceof ArrayBuffer) {
    return new Uint8Array(value);
  }
  if (typeof value !== "string" && !ArrayBuffer.isView(value)) {
    throw invalidArgType(name, "of type string or an instance of ArrayBuffer, Buffer, TypedArray, or DataView", value);
  }
  return bytesOf(value, name);
}

/** Reads the options next to a key. The options of one type of key do not matter for the others. */
function optionsOf(key: unknown): VerifyOptions {
  if (key === null || key === undefined) {
    throw new TypeError(`Cannot read properties of ${key} (reading 'padding')`);
  }
  const { padding, saltLength, dsaEncoding } = key as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries({ padding, saltLength })) {
    if (value !== undefined && value !== (Number(value) | 0)) {
      throw invalidArgValue(`options.${name}`, value);
    }
  }
  if (dsaEncoding !== undefined && dsaEncoding !== "der" && dsaEncoding !== "ieee-p1363") {
    throw invalidArgValue("options.dsaEncoding", dsaEncoding);
  }
  return { padding: padding as number | undefined, isP1363: dsaEncoding === "ieee-p1363" };
}

/** The name of a hash; undefined for the default of the key. */
function hashOf(algorithm: string | null | undefined): string | undefined {
  if (algorithm === null || algorithm === undefined) {
    return undefined;
  }
  const hash = algorithmOf(algorithm);
  if (!getHashes().includes(hash)) {
    throw codedError(TypeError, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${algorithm}`);
  }
  return hash;
}

/** The hash of OpenSSL for keys of RSA and ECDSA, if the program names none. */
const DEFAULT_HASH = "sha256";

function isValid(
  hash: string | undefined,
  data: Bytes,
  key: KeyData,
  { padding, isP1363 }: VerifyOptions,
  given: Bytes,
): boolean {
  switch (key.type) {
    case "rsa":
      checkPadding(padding);
      checkSize(key, hash);
      return isVerified(`rsa-${hash ?? DEFAULT_HASH}`, data, key, given);
    case "ec":
      if (isP1363 && given.length !== key.curve.size * 2) {
        return false;
      }
      return isVerified(
        `${key.curve.engine}-${hash ?? DEFAULT_HASH}`,
        data,
        key,
        isP1363 ? (derOfSignature(given) as Bytes) : given,
      );
    default:
      if (hash !== undefined) {
        throw codedError(Error, "ERR_OSSL_INVALID_DIGEST", "error:1C80007A:Provider routines::invalid digest");
      }
      return isVerified("ed25519", data, key, given);
  }
}

function isVerified(algorithm: string, data: Bytes, key: KeyData, signature: Bytes): boolean {
  const result = verifyNatively(algorithm, exactly(keyBytes(key)), exactly(signature), ...partsOf(data));
  if (result < 0) {
    throw notSupported(`the signature algorithm ${algorithm}`);
  }
  return result === 1;
}

const partsOf = ({ buffer, byteOffset, byteLength }: Bytes) => [buffer, byteOffset, byteLength] as const;

/** A buffer that contains nothing else than these bytes. */
const exactly = ({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer =>
  (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);

function checkPadding(padding: number | undefined): void {
  const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_NO_PADDING } = constants;
  if (padding === undefined || padding === RSA_PKCS1_PADDING) {
    return;
  }
  if (padding === RSA_PKCS1_PSS_PADDING) {
    throw notSupported("RSA_PKCS1_PSS_PADDING");
  }
  throw padding === RSA_NO_PADDING
    ? codedError(Error, "ERR_OSSL_INVALID_PADDING_MODE", "error:1C8000A8:Provider routines::invalid padding mode")
    : codedError(
        Error,
        "ERR_OSSL_ILLEGAL_OR_UNSUPPORTED_PADDING_MODE",
        "error:1C8000A5:Provider routines::illegal or unsupported padding mode",
      );
}

/**
 * Refuses the RSA keys that the engine does not verify with: a signature of them would otherwise be
 * reported as invalid.
 */
function checkSize(key: RsaKey, hash: string | undefined): void {
  const bits = modulusLength(key);
  const smallest = hash === "sha384" ? 2048 : 1024;
  if (Math.ceil(bits / 8) * 8 < smallest || bits > 8192) {
    throw notSupported(`signatures with ${hash ?? DEFAULT_HASH} of RSA keys of ${bits} bits`);
  }
  const exponent = BigInt(`0x${key.exponent.toString("hex") || "0"}`);
  if (exponent < 3n || exponent >= 2n ** 33n || exponent % 2n === 0n) {
    throw notSupported(`the RSA exponent ${exponent}`);
  }
}
