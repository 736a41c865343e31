import { createHash } from "node:crypto";
import { canonicalName } from "./canonical-name.ts";
import { elementsOf, tags } from "./der.ts";

/**
 * Computes the hash by which OpenSSL looks up a certificate in a directory
 * (`openssl x509 -subject_hash`): the first four bytes of the SHA-1 of the subject's canonical
 * name, in reverse order.
 *
 * @param certificate in DER
 * @throws Error if it is not a certificate
 */
export function subjectHash(certificate: Uint8Array): string {
  const digest = createHash("sha1")
    .update(canonicalName(subjectOf(certificate)))
    .digest();
  return digest.subarray(0, 4).reverse().toString("hex");
}

/** https://www.rfc-editor.org/rfc/rfc5280#section-4.1: version (1 by default), serial number, algorithm, issuer, validity, subject. */
function subjectOf(certificate: Uint8Array): Uint8Array {
  const [whole] = elementsOf(certificate);
  const [signed] = elementsOf(whole?.contents ?? new Uint8Array());
  const fields = elementsOf(signed?.contents ?? new Uint8Array());
  const subject = fields[fields[0]?.tag === tags.version ? 5 : 4];
  if (subject?.tag !== tags.sequence) throw new Error("the certificate has no subject");
  return subject.contents;
}
