import { createHash } from "node:crypto";
import { CnbError } from "../../errors.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import { isTable } from "../../schema.ts";
import { type ServiceRequest, serviceResponse } from "./service-request.ts";
import { sigstoreInvalid } from "./sigstore-file.ts";
import { timestampRequest } from "./timestamp-request.ts";

/** A request for a certificate: the public key in PEM, and the signature of the token's subject by the key. */
export interface CertificateRequest {
  readonly token: string;
  readonly publicKey: string;
  readonly proof: Uint8Array;
}

/**
 * Requests a certificate for a key and the identity of a token from Fulcio.
 *
 * @returns the certificate in PEM
 * @throws CnbError SIGNING_FAILED
 */
export async function requestCertificate(
  fulcio: URL,
  { token, publicKey, proof }: CertificateRequest,
  registry: RegistryOptions,
): Promise<string> {
  const request = {
    credentials: { oidcIdentityToken: token },
    publicKeyRequest: {
      publicKey: { algorithm: "ECDSA", content: publicKey },
      proofOfPossession: base64(proof),
    },
  };
  const asked = { ...jsonRequest("Fulcio", below(fulcio, "api/v2/signingCert"), request), secret: token };
  const document = await jsonResponse(asked, registry);
  const signed = document["signedCertificateEmbeddedSct"] ?? document["signedCertificateDetachedSct"];
  const chain = isTable(signed) && isTable(signed["chain"]) ? signed["chain"]["certificates"] : undefined;
  const [certificate]: readonly unknown[] = Array.isArray(chain) ? chain : [];
  if (typeof certificate === "string") return certificate;
  throw unexpected(asked, "a certificate");
}

/** A signature for the log: the SHA-256 of the signed bytes, the signature, and the certificate in DER. */
export interface LoggedSignature {
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  readonly certificate: Uint8Array;
}

/**
 * Adds a signature to the transparency log Rekor (API version 2). Rekor 2.3 refuses entries of the type
 * `dsse`, and the type `hashedrekord` does not transfer the signed document.
 *
 * @returns the entry as bundles contain it
 * @throws CnbError SIGNING_FAILED
 */
export async function requestLogEntry(
  rekor: URL,
  { digest, signature, certificate }: LoggedSignature,
  registry: RegistryOptions,
): Promise<object> {
  const x509Certificate = { rawBytes: base64(certificate) };
  const verifier = { keyDetails: "PKIX_ECDSA_P256_SHA_256", x509Certificate };
  const request = { digest: base64(digest), signature: { content: base64(signature), verifier } };
  const address = below(rekor, "api/v2/log/entries");
  const asked = jsonRequest("Rekor", address, { hashedRekordRequestV002: request });
  const entry = await jsonResponse(asked, registry);
  if (isTable(entry["inclusionProof"])) return entry;
  throw unexpected(asked, "an entry with an inclusion proof");
}

/**
 * Requests a timestamp of a signature (RFC 3161).
 *
 * @returns the response in DER
 * @throws CnbError SIGNING_FAILED
 */
export const requestTimestamp = (url: URL, signature: Uint8Array, registry: RegistryOptions): Promise<Buffer> =>
  serviceResponse(
    {
      service: "the timestamp authority",
      url,
      body: {
        type: "application/timestamp-query",
        bytes: timestampRequest(createHash("sha256").update(signature).digest()),
      },
    },
    registry,
  );

/**
 * Requests an identity token from GitHub Actions.
 *
 * @param url the value of ACTIONS_ID_TOKEN_REQUEST_URL
 * @throws CnbError SIGNING_FAILED, SIGSTORE_FILE_INVALID
 */
export async function requestGithubToken(
  url: string,
  requestToken: string,
  registry: RegistryOptions,
): Promise<string> {
  const address = URL.parse(url);
  if (address === null)
    throw sigstoreInvalid("identity token", "of GitHub Actions", "ACTIONS_ID_TOKEN_REQUEST_URL is not a URL");
  address.searchParams.set("audience", "sigstore");
  const headers = { authorization: `Bearer ${requestToken}`, accept: "application/json" };
  const asked = { service: "the token service of GitHub Actions", url: address, headers, secret: requestToken };
  const { value } = await jsonResponse(asked, registry);
  if (typeof value === "string") return value;
  throw unexpected(asked, "a token");
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

const jsonRequest = (service: string, url: URL, document: object): ServiceRequest => ({
  service,
  url,
  headers: { accept: "application/json" },
  body: { type: "application/json", bytes: Buffer.from(JSON.stringify(document)) },
});

async function jsonResponse(request: ServiceRequest, registry: RegistryOptions) {
  const bytes = await serviceResponse(request, registry);
  try {
    const document: unknown = JSON.parse(bytes.toString());
    if (isTable(document)) return document;
  } catch {
    // not JSON
  }
  throw unexpected(request, "JSON");
}

const below = (base: URL, path: string): URL => new URL(`${base.href.replace(/\/+$/, "")}/${path}`);

const unexpected = ({ service, url }: ServiceRequest, wanted: string): CnbError =>
  new CnbError("SIGNING_FAILED", `cannot sign: ${service} at ${url.host} did not return ${wanted}`, {
    hint: "Check the addresses in the signing configuration.",
  });
