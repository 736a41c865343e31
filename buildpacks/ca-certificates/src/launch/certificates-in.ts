import { subjectHash } from "../hash/subject-hash.ts";
import { contentsOf, sizeOf } from "./bound-files.ts";

/** A CA certificate in the bindings of a container. */
export interface FoundCertificate {
  readonly pem: string;
  /** The hash that OpenSSL looks up; undefined for a certificate without a link. */
  readonly hash: string | undefined;
}

const largestFile = 1024 ** 2;
/** A hash costs almost a millisecond at each start; the file with all certificates does without. */
const mostLinks = 50;
const derSequence = 0x30;

/**
 * Returns the certificates in files, without duplicates. Other content is omitted, because it may
 * be a private key. The function warns about each file that does not contain a valid certificate.
 */
export function certificatesIn(files: readonly string[], warn: (text: string) => void): readonly FoundCertificate[] {
  const found = new Map<string, FoundCertificate>();
  for (const path of files) {
    for (const base64 of bodiesIn(path, warn)) {
      if (found.has(base64)) continue;
      try {
        found.set(base64, certificateOf(base64, found.size < mostLinks));
      } catch {
        warn(`${path} contains a damaged certificate`);
      }
    }
  }
  return [...found.values()];
}

function certificateOf(base64: string, hasLink: boolean): FoundCertificate {
  if (!/^[A-Za-z0-9+/=]+$/.test(base64)) throw new Error("the certificate contains characters that are not Base64");
  const lines = base64.match(/.{1,64}/g) ?? [];
  const pem = ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
  return { pem, hash: hasLink ? subjectHash(Buffer.from(base64, "base64")) : undefined };
}

/** The certificates of a file in base64. */
function bodiesIn(path: string, warn: (text: string) => void): readonly string[] {
  const size = sizeOf(path);
  if (size === undefined) return [];
  if (size > largestFile) {
    warn(`${path} is ignored: it is too large`);
    return [];
  }
  const bytes = contentsOf(path);
  if (bytes === undefined) return [];
  if (bytes[0] === derSequence) return [bytes.toString("base64")];
  const bodies = blocksIn(bytes.toString("latin1"));
  if (bodies === undefined) warn(`${path} is ignored: it contains no certificate`);
  return bodies ?? [];
}

/** The blocks of a text, without blanks; undefined if none begins in it. */
function blocksIn(text: string): readonly string[] | undefined {
  const bodies: string[] = [];
  let hasBegun = false;
  let body: string | undefined;
  for (const line of text.replaceAll(/[ \t\r]/g, "").split("\n")) {
    if (line === "-----BEGINCERTIFICATE-----") {
      hasBegun = true;
      body = "";
    } else if (line === "-----ENDCERTIFICATE-----") {
      if (body !== undefined) bodies.push(body);
      body = undefined;
    } else if (body !== undefined) {
      body += line;
    }
  }
  return hasBegun ? bodies : undefined;
}
