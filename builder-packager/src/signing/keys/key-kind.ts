import type { KeyObject } from "node:crypto";
import { CnbError } from "../../errors.ts";

const leastRsaBits = 2048;

/**
 * Refuses a key that cosign does not accept, or that is too weak.
 *
 * @param where the path of the key for errors
 * @throws CnbError SIGNING_KEY_INVALID
 */
export function refuseUnusableKey({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, where: string): void {
  const { namedCurve, modulusLength = 0 } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === "ed25519") return;
  if (asymmetricKeyType === "ec" && namedCurve === "prime256v1") return;
  if (asymmetricKeyType === "rsa" && modulusLength >= leastRsaBits) return;
  const kind = [asymmetricKeyType, namedCurve, modulusLength > 0 ? `${modulusLength} bits` : undefined];
  const text = kind.filter((part) => part !== undefined).join(" ");
  throw new CnbError("SIGNING_KEY_INVALID", `${where} is a key of an unsupported kind: ${text}`, {
    hint: "Use an ECDSA key with the curve P-256, an Ed25519 key, or an RSA key of at least 2048 bits.",
  });
}
