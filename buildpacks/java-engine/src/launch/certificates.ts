import { statSync } from "node:fs";
import { join } from "node:path";
import { bytesAt, namesIn, textAt } from "@libcnb/app-kit/launch/kernel-file";
import { identityOf, isCertificate } from "../trust/certificate.ts";
import { certificateBlocks } from "./certificate-blocks.ts";
import type { Environment, Settings, Warn } from "./settings.ts";

const mostFiles = 1000;
const largestFile = 1024 ** 2;

/** Inputs for finding CA certificates. */
interface CertificateInputs extends Settings {
  /** The directory of bindings. */
  readonly bindings: string;
  /** The identities of certificates that Java trusts without an option. */
  readonly known: ReadonlySet<string>;
}

/**
 * Returns the CA certificates of bindings, of SSL_CERT_FILE and of SSL_CERT_DIR that Java does not
 * trust yet, without duplicates, in DER format. Other content of the files is ignored, because it
 * may be a private key. A damaged certificate is omitted with a warning, because Java would trust
 * no certificate of a truststore that contains it.
 */
export function additionalCertificates({ bindings, env, known, warn }: CertificateInputs): readonly Buffer[] {
  const identities = new Set(known);
  const added: Buffer[] = [];
  for (const { source, base64 } of candidates(bindings, env, warn)) {
    const identity = identityOf(base64);
    if (identities.has(identity)) continue;
    const bytes = bytesOfBase64(base64);
    if (bytes === undefined || !isCertificate(bytes)) {
      warn(`${source} contains a damaged certificate`);
      continue;
    }
    identities.add(identity);
    added.push(bytes);
  }
  return added;
}

const bytesOfBase64 = (text: string): Buffer | undefined =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : undefined;

interface Candidate {
  /** The path of the file or, for files that OpenSSL looks up, of the directory. */
  readonly source: string;
  readonly base64: string;
}

// The order is that of warnings, so each file is read when the certificates of the one before it are added.
function* candidates(bindings: string, env: Environment, warn: Warn): Generator<Candidate> {
  const files = [...boundFiles(bindings), env.SSL_CERT_FILE ?? ""].filter(isFile).slice(0, mostFiles);
  for (const file of files) yield* candidatesAt(file, warn);
  for (const source of (env.SSL_CERT_DIR ?? "").split(":").filter(Boolean))
    for (const file of hashedFiles(source))
      for (const base64 of blocksIn(contentsOf(file, largestFile))) yield { source, base64 };
}

/** The certificates of a file, in PEM or DER format. */
function candidatesAt(source: string, warn: Warn): readonly Candidate[] {
  const bytes = contentsOf(source, largestFile + 1);
  const blocks = blocksIn(bytes);
  if (blocks.length > 0) return blocks.map((base64) => ({ source, base64 }));
  if (isCertificate(bytes)) return [{ source, base64: bytes.toString("base64") }];
  warn(`${source} is ignored: it contains no certificate`);
  return [];
}

const contentsOf = (file: string, maxBytes: number): Buffer => Buffer.from(bytesAt(file, maxBytes) ?? []);

/** A text in UTF-16 has zeros between its characters. */
const blocksIn = (bytes: Buffer): readonly string[] => certificateBlocks(bytes.toString("latin1").replaceAll("\0", ""));

/** The files of all bindings of the type `ca-certificates`, also of those in the deprecated layout (`metadata/kind`). */
const boundFiles = (bindings: string): readonly string[] =>
  visibleIn(bindings).flatMap((binding) => {
    if (isOfType(join(binding, "type"))) return visibleIn(binding).filter((path) => !/\/(?:type|provider)$/.test(path));
    return isOfType(join(binding, "metadata/kind")) ? visibleIn(join(binding, "secret")) : [];
  });

const visibleIn = (dir: string): readonly string[] => pathsIn(dir, /^[^.]/);

const isOfType = (file: string): boolean => /^ca-certificates(?!\S)/i.test(textAt(file) ?? "");

/** The files that OpenSSL looks up in a directory. */
const hashedFiles = (dir: string): readonly string[] => pathsIn(dir, /^[^.].{7}\.\d$/).filter(isFile);

const pathsIn = (dir: string, names: RegExp): readonly string[] =>
  namesIn(dir)
    .filter((name) => names.test(name))
    .map((name) => join(dir, name));

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
