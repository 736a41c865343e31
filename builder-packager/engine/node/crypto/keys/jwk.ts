import { Buffer } from "../../buffer/class.ts";
import { codedError } from "../../errors.ts";
import { checkObject } from "../../internal/checks.ts";
import { CURVES, isOnCurve } from "./curves.ts";
import { type KeyData, numberOf } from "./key-data.ts";

type Jwk = Readonly<Record<string, unknown>>;

const invalid = (reason: string): Error => codedError(TypeError, "ERR_CRYPTO_INVALID_JWK", reason);

/** Reads a public key in the form of a JSON Web Key (RFC 7517). */
export function keyOfJwk(jwk: unknown): KeyData {
  checkObject(jwk, "key.key");
  const { kty } = jwk as Jwk;
  switch (kty) {
    case "RSA":
      return rsaKey(jwk as Jwk);
    case "EC":
      return ecKey(jwk as Jwk);
    case "OKP":
      return ed25519Key(jwk as Jwk);
    case undefined:
      throw invalid("Invalid JWK format");
    default:
      throw invalid(`${kty} is not a supported JWK key type`);
  }
}

const decoded = (text: unknown): Buffer => Buffer.from(String(text), "base64url");

function rsaKey({ n, e }: Jwk): KeyData {
  if (typeof n !== "string" || typeof e !== "string") {
    throw invalid("Invalid JWK RSA key");
  }
  return { type: "rsa", modulus: numberOf(decoded(n)), exponent: numberOf(decoded(e)) };
}

function ecKey({ crv, x, y }: Jwk): KeyData {
  const curve = CURVES.find(({ jwk }) => jwk === crv);
  if (curve === undefined) {
    throw codedError(TypeError, "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
  }
  const [xBytes, yBytes] = [decoded(x), decoded(y)];
  if (typeof x !== "string" || typeof y !== "string" || !isOnCurve(curve, xBytes, yBytes)) {
    throw invalid("Invalid JWK EC key");
  }
  const padded = (bytes: Buffer): Buffer => Buffer.concat([Buffer.alloc(curve.size), bytes]).subarray(-curve.size);
  return { type: "ec", curve, x: padded(xBytes), y: padded(yBytes) };
}

function ed25519Key({ crv, x }: Jwk): KeyData {
  const bytes = decoded(x);
  if (crv !== "Ed25519" || typeof x !== "string" || bytes.length !== 32) {
    throw invalid("Invalid JWK OKP key");
  }
  return { type: "ed25519", bytes };
}

/** Writes a public key as a JSON Web Key, with its members in the order of Node.js. */
export function jwkOf(key: KeyData): object {
  const encoded = (bytes: Buffer): string => bytes.toString("base64url");
  switch (key.type) {
    case "rsa":
      return { kty: "RSA", n: encoded(key.modulus), e: encoded(key.exponent) };
    case "ec":
      return { kty: "EC", x: encoded(key.x), y: encoded(key.y), crv: key.curve.jwk };
    default:
      return { crv: "Ed25519", x: encoded(key.bytes), kty: "OKP" };
  }
}
