import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { LibcnbError } from "../../errors.ts";
import { hasCode } from "../files/read.ts";
import { certificateBlocks, certificatesIn } from "./pem.ts";

type Variables = Readonly<Record<string, string | undefined>>;

// The CA bundles of Debian, Red Hat, SUSE and Alpine, including certificates added to the builder.
const systemBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
] as const;

const limits = { fileBytes: 16 * 1024 * 1024, files: 5000 } as const;

/**
 * Returns the CA certificates that downloads trust, in PEM: those of Node.js, of the system, and of
 * SSL_CERT_FILE, SSL_CERT_DIR and NODE_EXTRA_CA_CERTS. Returns undefined if downloads only trust
 * the certificates of Node.js.
 *
 * @throws LibcnbError CERTIFICATE_INVALID
 */
export function certificateAuthorities(env: Variables): readonly string[] | undefined {
  const named = namedAuthorities(env);
  const usual = new Set(rootCertificates.map(body));
  const others = [...systemAuthorities(), ...named].filter((each) => !usual.has(body(each)));
  return others.length === 0 ? undefined : [...rootCertificates, ...others];
}

/**
 * Returns the CA certificates in SSL_CERT_FILE, SSL_CERT_DIR and NODE_EXTRA_CA_CERTS.
 *
 * @throws LibcnbError CERTIFICATE_INVALID
 */
export function namedAuthorities(env: Variables): readonly string[] {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: dirs, NODE_EXTRA_CA_CERTS: extra } = env;
  return [
    ...(file ? authoritiesOf(file, "SSL_CERT_FILE") : []),
    ...(dirs ? dirs.split(":").flatMap((dir) => (dir === "" ? [] : authoritiesIn(dir))) : []),
    ...(extra ? authoritiesOf(extra, "NODE_EXTRA_CA_CERTS") : []),
  ];
}

/** Returns the CA certificates of the build image's system. Malformed certificates are skipped. */
export function systemAuthorities(bundles: readonly string[] = systemBundles): readonly string[] {
  const bundle = bundles.find(isFile);
  return bundle === undefined ? [] : certificateBlocks(readFileSync(bundle, "utf8"));
}

function authoritiesOf(file: string, name: string): readonly string[] {
  return certificatesIn(read(file, name), `${file} (from ${name})`);
}

// such a directory has other files, too
function authoritiesIn(dir: string): readonly string[] {
  const files = attempt(dir, "SSL_CERT_DIR", () => readdirSync(dir).sort());
  if (files.length > limits.files) throw unreadable(dir, "SSL_CERT_DIR", `it has more than ${limits.files} files`);
  return files
    .filter((file) => /\.(pem|crt|cer|\d+)$/.test(file) && isFile(join(dir, file)))
    .flatMap((file) => authoritiesOf(join(dir, file), "SSL_CERT_DIR"));
}

function read(file: string, name: string): Uint8Array {
  const stats = attempt(file, name, () => statSync(file));
  if (!stats.isFile()) throw unreadable(file, name, "it is not a file");
  if (stats.size > limits.fileBytes) throw unreadable(file, name, `it has more than ${limits.fileBytes} bytes`);
  return attempt(file, name, () => readFileSync(file));
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR", "ELOOP", "EACCES")) return false;
    throw error;
  }
}

/**
 * Returns the text by which certificates are compared: the Base64 text without line breaks and
 * without the PEM header and footer.
 */
export const body = (certificate: string): string => certificate.replace(/-----[A-Z ]+-----|\s/g, "");

function attempt<T>(file: string, name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unreadable(file, name, error);
  }
}

function unreadable(file: string, name: string, cause: unknown): LibcnbError<"CERTIFICATE_INVALID"> {
  return new LibcnbError("CERTIFICATE_INVALID", `cannot read the CA certificates in ${file} (from ${name})`, {
    cause,
    hint: `Correct the path in ${name}, or the file.`,
  });
}
