import { createHash, X509Certificate } from "node:crypto";
import { type Binding, UserError } from "libcnb";
import { subjectHash } from "./hash/subject-hash.ts";

/** A CA certificate from a binding. */
export interface Authority {
  /** PEM, with nothing else of its file. */
  readonly pem: string;
  /** The hash that OpenSSL looks up. */
  readonly hash: string;
  /** A digest of its contents, to distinguish it from others. */
  readonly digest: string;
}

/**
 * The certificates of bindings, each once, sorted by their digests. @throws UserError
 * CA_CERTIFICATE_INVALID that lists all invalid ones
 */
export function authoritiesOf(bindings: readonly Binding[]): readonly Authority[] {
  const problems: string[] = [];
  const found = new Map<string, Authority>();
  for (const { binding, key } of bindings.flatMap((binding) => binding.keys.map((key) => ({ binding, key })))) {
    try {
      for (const authority of authoritiesIn(binding.bytes(key))) found.set(authority.digest, authority);
    } catch (error) {
      problems.push(`${key} of the binding ${binding.name} ${error instanceof Error ? error.message : ""}`);
    }
  }
  if (problems.length === 0) return [...found.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  throw new UserError("CA_CERTIFICATE_INVALID", problems.join("; "), {
    hint: "Give certificates, in PEM (any number in a file) or DER. Other files do not belong into a binding of the type ca-certificates.",
  });
}

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;
const begin = /-----BEGIN CERTIFICATE-----/g;
const derSequence = 0x30;

function authoritiesIn(bytes: Uint8Array): readonly Authority[] {
  if (bytes[0] === derSequence) return [authorityOf(bytes)];
  const text = Buffer.from(bytes).toString("latin1");
  const blocks = text.match(block) ?? [];
  const begun = text.match(begin)?.length ?? 0;
  if (begun === 0) throw new Error("holds no certificate");
  if (blocks.length < begun) throw new Error("has a certificate that does not end");
  return blocks.map((each) => authorityOf(each));
}

function authorityOf(text: Uint8Array | string): Authority {
  try {
    const certificate = new X509Certificate(text);
    const digest = createHash("sha256").update(certificate.raw).digest("hex");
    return { pem: certificate.toString().trim(), hash: subjectHash(certificate.raw), digest };
  } catch {
    throw new Error("has a damaged certificate");
  }
}
