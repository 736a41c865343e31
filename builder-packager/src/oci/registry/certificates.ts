import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { CnbError } from "../../errors.ts";
import type { RegistryOptions } from "../registry-options.ts";

/** Where distributions keep the authorities of the machine, to which companies add theirs: where Go programs look, too. */
const systemBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * Whom connections trust: Node.js's authorities, those of the machine (or `SSL_CERT_FILE` instead), `NODE_EXTRA_CA_CERTS`
 * and those given.
 *
 * @throws CnbError CERTIFICATE_INVALID.
 */
export function trustOf({ env, caCertificates = [] }: RegistryOptions): SecureContext {
  const machine = env?.SSL_CERT_FILE ? undefined : systemBundles.find((file) => existsSync(file));
  const ca = [
    ...rootCertificates,
    ...(machine === undefined ? [] : [readFileSync(machine, "utf8")]),
    ...(env?.SSL_CERT_FILE ? [authorityIn(env.SSL_CERT_FILE, "SSL_CERT_FILE")] : []),
    ...(env?.NODE_EXTRA_CA_CERTS ? [authorityIn(env.NODE_EXTRA_CA_CERTS, "NODE_EXTRA_CA_CERTS")] : []),
    ...caCertificates.map((file) => authorityIn(file, "certificate authorities")),
  ];
  return createSecureContext({ ca });
}

function authorityIn(file: string, what: string): string {
  try {
    const pem = readFileSync(file, "utf8");
    new X509Certificate(pem); // the first one, as a sample: OpenSSL passes over what it cannot read
    return pem;
  } catch (error) {
    throw new CnbError("CERTIFICATE_INVALID", `${file} (${what}) cannot be used`, {
      cause: error,
      hint: "Give a PEM file with certificates.",
    });
  }
}
