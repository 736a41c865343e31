import { readFile } from "node:fs/promises";
import { CnbError } from "../../errors.ts";

/** The name, in the platform directory, of the certificate authorities that buildpacks should trust; it is part of no image. */
export const trustFile = "ca-certificates.crt";

/** The path of the bundle in Debian's ca-certificates, which OpenSSL reads by default. */
export const systemBundle = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Reads certificate authorities, PEM files as `--ca-cert` names them.
 *
 * @throws CnbError CERTIFICATE_INVALID.
 * @example `await readAuthorities(["company-ca.crt"])`
 */
export async function readAuthorities(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(readAuthority))).join("\n");
}

async function readAuthority(file: string): Promise<string> {
  const hint = "Name a PEM file, which has lines -----BEGIN CERTIFICATE-----.";
  const text = await readFile(file, "utf8").catch((cause) => {
    throw new CnbError("CERTIFICATE_INVALID", `cannot read the certificate authority ${file}`, { cause, hint });
  });
  if (/^-----BEGIN (TRUSTED )?CERTIFICATE-----$/m.test(text)) return text;
  throw new CnbError("CERTIFICATE_INVALID", `${file} holds no certificate`, { hint });
}

/**
 * The variables by which tools find the bundle: OpenSSL, curl, Python and this framework read the first (instead of the
 * system's own, hence the bundle holds both), Node.js and npm the second.
 */
export const trustVariables = (file: string): Readonly<Record<string, string>> => ({
  SSL_CERT_FILE: file,
  NODE_EXTRA_CA_CERTS: file,
});

/** The builder's and the user's CA certificates in one bundle. */
export const trustBundle = (system: string | undefined, authorities: string): string =>
  [system, authorities].filter(Boolean).join("\n");
