// @needs openssl
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A test certificate's subject and its encoding. */
export interface TestSubject {
  /** The subject for `openssl req -subj`, in UTF-8. */
  readonly subject: string;
  /** The string types that openssl may use: `utf8only`, `default`, `nombstr`, `MASK:…`. */
  readonly strings?: string;
}

/** Subjects for tests. The key describes the special property of the subject. */
export const subjects: Readonly<Record<string, TestSubject>> = {
  "plain letters": { subject: "/C=DE/O=Example/CN=Example Root CA" },
  blanks: { subject: "/O=  Two   words\t /CN= Root " },
  "non-ASCII capital letters": { subject: "/O=EXAMPLE Größe ÄÖÜ/CN=ROOT" },
  "multi-valued parts": { subject: "/O=Example/CN=Root+OU=A/C=DE+ST=B+L=C" },
  "an IA5String": { subject: "/CN=Root/emailAddress=CA@Example.com" },
  "a T61String": { subject: "/O=Größe/CN=Root", strings: "nombstr" },
  "a BMPString": { subject: "/O=Größe 漢字/CN=Root Ж", strings: "default" },
  "a UniversalString": { subject: "/O=Größe 漢字 😀/CN=Root", strings: "MASK:256" },
  "characters of four bytes in UTF-8": { subject: "/O=😀 A/CN=Root" },
  "a serial number": { subject: "/CN=Root/x500UniqueIdentifier=ABC/serialNumber=12 34" },
  "long values": {
    subject: `/O=${"Long ".repeat(12)}/OU=${"ou ".repeat(21)}/CN=${"cn".repeat(30)}/description=${"X y ".repeat(60)}`,
  },
  "no parts": { subject: "/" },
};

const openssl = (...args: readonly string[]): string =>
  execFileSync("openssl", args, { encoding: "utf8", stdio: "pipe" });

/** Creates a test certificate in PEM format with the openssl command. */
export function testCertificate(
  { subject, strings = "utf8only" }: TestSubject = subjects["plain letters"] ?? { subject: "/CN=a" },
): string {
  return inFolder((dir) => {
    const config = join(dir, "config");
    writeFileSync(config, `[req]\nstring_mask = ${strings}\ndistinguished_name = dn\n[dn]\n`);
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", join(dir, "key")];
    const requests = ["-utf8", "-multivalue-rdn", "-subj", subject, "-days", "3650", "-out", join(dir, "pem")];
    openssl("req", "-x509", "-config", config, ...key, ...requests);
    return readFileSync(join(dir, "pem"), "utf8");
  });
}

/** Returns the hash that the openssl command prints for a certificate. */
export const hashByOpenssl = (pem: string): string =>
  inFolder((dir) => {
    writeFileSync(join(dir, "pem"), pem);
    return openssl("x509", "-noout", "-subject_hash", "-in", join(dir, "pem")).trim();
  });

/** Converts a PEM certificate to DER. */
export const der = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");

function inFolder<T>(work: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), "test-certificates-"));
  try {
    return work(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
