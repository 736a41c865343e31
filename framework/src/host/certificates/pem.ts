import { X509Certificate } from "node:crypto";
import { LibcnbError } from "../../errors.ts";

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;

/**
 * Reads the certificates in a file. A PEM file may contain any number of certificates, with other
 * text around them. A DER file contains one certificate. The result is PEM with lines of 64
 * characters. The rest of the file is not returned, because it may contain a private key.
 *
 * @throws LibcnbError CERTIFICATE_INVALID if there is no certificate, or an invalid one
 */
export function certificatesIn(bytes: Uint8Array, file: string): readonly string[] {
  if (bytes[0] === derSequence) return [parse(bytes, file)];
  const text = new TextDecoder().decode(bytes);
  const blocks = text.match(block) ?? [];
  const begun = text.split("-----BEGIN CERTIFICATE-----").length - 1;
  if (begun === 0) throw invalid(file, "it contains no certificate");
  if (begun > blocks.length)
    throw invalid(file, "a certificate has no END line, or has characters that are not Base64");
  return blocks.map((each) => parse(each, file));
}

/**
 * Returns the certificates in the text of a system's CA bundle without validating them. Malformed
 * certificates are skipped.
 */
export const certificateBlocks = (text: string): readonly string[] => text.match(block) ?? [];

const derSequence = 0x30;

function parse(certificate: string | Uint8Array, file: string): string {
  try {
    return new X509Certificate(certificate).toString().trim();
  } catch {
    throw invalid(file, "a certificate is damaged");
  }
}

function invalid(file: string, cause: string): LibcnbError<"CERTIFICATE_INVALID"> {
  return new LibcnbError("CERTIFICATE_INVALID", `cannot use the CA certificates in ${file}`, {
    cause,
    hint: "Provide PEM files. A certificate is between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----.",
  });
}
