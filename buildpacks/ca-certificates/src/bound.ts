import { createHash, X509Certificate } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Binding, UserError } from "libcnb";
import { subjectHash } from "./hash/subject-hash.ts";
import { bundleOf, fileName, folderOf, linksTo } from "./names.ts";

/** A CA certificate from a binding. */
export interface Authority {
  /** The certificate in PEM format, without other content of the file. */
  readonly pem: string;
  /** The hash by which OpenSSL finds the certificate. */
  readonly hash: string;
  /** A digest of the certificate, to detect duplicates. */
  readonly digest: string;
}

/**
 * Reads the certificates of bindings. The result has no duplicates and is sorted by digest.
 *
 * @throws UserError CA_CERTIFICATE_INVALID that lists all invalid certificates
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
    hint: "Put only certificate files into a binding of the type ca-certificates. A file in PEM format may contain several certificates, a file in DER format one.",
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
  if (begun === 0) throw new Error("contains no certificate");
  if (blocks.length < begun)
    throw new Error("has a certificate without an END line, or with characters that are not Base64");
  return blocks.map((each) => authorityOf(each));
}

function authorityOf(text: Uint8Array | string): Authority {
  try {
    const certificate = new X509Certificate(text);
    const digest = createHash("sha256").update(certificate.raw).digest("hex");
    return { pem: certificate.toString().trim(), hash: subjectHash(certificate.raw), digest };
  } catch {
    throw new Error("contains a damaged certificate");
  }
}

/**
 * Writes certificates in the layout of `openssl rehash`: a file for each certificate, and a link to
 * each file. The name of the link is the hash of the certificate's subject.
 */
export async function writeAuthorities(layer: string, authorities: readonly Authority[]): Promise<void> {
  await mkdir(folderOf(layer));
  for (const [index, { pem }] of authorities.entries())
    await writeFile(join(folderOf(layer), fileName(index)), `${pem}\n`);
  for (const [link, file] of linksTo(authorities)) await symlink(file, join(folderOf(layer), link));
  await writeFile(bundleOf(layer), `${authorities.map(({ pem }) => pem).join("\n")}\n`);
}
