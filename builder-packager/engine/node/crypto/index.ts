import { lazily, lazyObject } from "../internal/lazy.ts";
import { getHashes } from "./algorithm.ts";
import type constantsOfOpenssl from "./constants.ts";
import { createHash, Hash } from "./hash.ts";
import { createHmac, Hmac } from "./hmac.ts";
import type * as keys from "./keys/index.ts";
import { hash } from "./one-shot.ts";
import { getRandomValues, randomBytes, randomFillSync, randomInt, randomUUID, timingSafeEqual } from "./random.ts";
import { subtle, webcrypto } from "./web.ts";
import { X509Certificate } from "./x509.ts";

export { getHashes } from "./algorithm.ts";
export { createHash, Hash } from "./hash.ts";
export { createHmac, Hmac } from "./hmac.ts";
export { hash } from "./one-shot.ts";
export {
  getRandomValues,
  randomBytes,
  randomFillSync,
  randomInt,
  randomUUID,
  timingSafeEqual,
} from "./random.ts";
export { subtle, webcrypto } from "./web.ts";
export { X509Certificate } from "./x509.ts";

export const constants = lazyObject<typeof constantsOfOpenssl>("crypto/constants");
export const createPublicKey = lazily<typeof keys, "createPublicKey">("crypto/keys/index", "createPublicKey");
export const verify = lazily<typeof keys, "verify">("crypto/keys/index", "verify");

export default {
  Hash,
  Hmac,
  X509Certificate,
  constants,
  createHash,
  createHmac,
  createPublicKey,
  getHashes,
  getRandomValues,
  hash,
  randomBytes,
  randomFillSync,
  randomInt,
  randomUUID,
  subtle,
  timingSafeEqual,
  verify,
  webcrypto,
};
