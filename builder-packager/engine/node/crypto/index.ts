import { getHashes } from "./algorithm.ts";
import { createHash, Hash } from "./hash.ts";
import { createHmac, Hmac } from "./hmac.ts";
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

export default {
  Hash,
  Hmac,
  X509Certificate,
  createHash,
  createHmac,
  getHashes,
  getRandomValues,
  hash,
  randomBytes,
  randomFillSync,
  randomInt,
  randomUUID,
  subtle,
  timingSafeEqual,
  webcrypto,
};
