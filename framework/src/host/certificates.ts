import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { LibcnbError } from "../errors.ts";

/** The certificate authorities of the environment with the usual ones; undefined: the usual ones alone. */
export function certificateAuthorities(
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] | undefined {
  const files = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"].flatMap((name) =>
    env[name] ? [[name, env[name]] as const] : [],
  );
  return files.length === 0
    ? undefined
    : [...rootCertificates, ...files.map(([name, file]) => readCertificates(name, file))];
}

function readCertificates(name: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new LibcnbError("DOWNLOAD_FAILED", `cannot read the certificate authorities ${file} of ${name}`, {
      cause,
      hint: `Correct ${name}.`,
    });
  }
}
