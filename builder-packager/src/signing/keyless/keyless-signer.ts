import { createHash, generateKeyPairSync, type KeyObject, sign, X509Certificate } from "node:crypto";
import { CnbError } from "../../errors.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import type { BundleSigner } from "../bundle-signer.ts";
import { keylessBundle } from "../formats/bundle.ts";
import { signEnvelope, signedBytes } from "../formats/dsse.ts";
import { subjectOf } from "./identity-token.ts";
import { requestCertificate, requestLogEntry, requestTimestamp } from "./services.ts";
import type { SigstoreServices } from "./signing-config.ts";

/** An identity token and its origin for errors. */
export interface IdentityToken {
  readonly token: string;
  readonly where: string;
}

/** Options of {@link keylessSigner}. */
export interface KeylessOptions {
  readonly services: SigstoreServices;
  /** Returns a token that is valid now. Called when something is signed, because tokens expire after minutes. */
  readonly token: () => Promise<IdentityToken>;
  readonly registry: RegistryOptions;
}

/** A key that exists only in memory, and its certificate. */
interface Credential {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
}

/** A certificate that expires within a minute is not used any more: the timestamp must be before its end. */
const marginMs = 60_000;

/**
 * Creates a signer without a long-lived key: Fulcio certifies a new key for the identity of a token, and
 * each signature is logged by Rekor and has a timestamp.
 */
export function keylessSigner({ services, token, registry }: KeylessOptions): BundleSigner {
  let last: Credential | undefined;
  const credential = async (): Promise<Credential> => {
    if (last === undefined || last.certificate.validToDate.getTime() - Date.now() <= marginMs)
      last = await newCredential(services.fulcio, await token(), registry);
    return last;
  };
  return {
    key: undefined,
    async sign(payload, payloadType) {
      const { key, certificate } = await credential();
      const signer = { sign: async (bytes: Uint8Array) => sign("sha256", bytes, key) };
      const envelope = await signEnvelope(payload, payloadType, signer);
      const signature = Buffer.from(envelope.signatures[0]?.sig ?? "", "base64");
      const der = certificate.raw;
      const digest = createHash("sha256").update(signedBytes(payloadType, payload)).digest();
      const [entry, timestamp] = await Promise.all([
        services.rekor && requestLogEntry(services.rekor, { digest, signature, certificate: der }, registry),
        requestTimestamp(services.timestamp, signature, registry),
      ]);
      return keylessBundle(envelope, { certificate: der, entries: entry ? [entry] : [], timestamp });
    },
  };
}

async function newCredential(
  fulcio: URL,
  { token, where }: IdentityToken,
  registry: RegistryOptions,
): Promise<Credential> {
  const { privateKey: key, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const proof = sign("sha256", Buffer.from(subjectOf(token, where)), key);
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const certificate = certificateIn(await requestCertificate(fulcio, { token, publicKey: pem, proof }, registry));
  if (certificate?.checkPrivateKey(key)) return { key, certificate };
  throw new CnbError("SIGNING_FAILED", `cannot sign: Fulcio at ${fulcio.host} returned no certificate of the key`, {
    hint: "Check the address of the certificate authority in the signing configuration.",
  });
}

function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
