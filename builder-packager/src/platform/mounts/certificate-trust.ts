import { readFile } from "node:fs/promises";
import { CnbError } from "../../errors.ts";

/**
 * The file name, in the platform directory, of the CA bundle that buildpacks should trust. It does
 * not become part of any image.
 */
export const trustFile = "ca-certificates.crt";

/** The path of the CA bundle of Debian's ca-certificates, which OpenSSL reads by default. */
export const systemBundle = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Reads the CA certificates in the PEM files of `--ca-cert`.
 *
 * @throws CnbError CERTIFICATE_INVALID.
 * @example `await readAuthorities(["company-ca.crt"])`
 */
export async function readAuthorities(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(readAuthority))).join("\n");
}

async function readAuthority(file: string): Promise<string> {
  const hint = "Pass the path of a PEM file, which contains the line -----BEGIN CERTIFICATE-----.";
  const text = await readFile(file, "utf8").catch((cause) => {
    throw new CnbError("CERTIFICATE_INVALID", `cannot read the CA certificate ${file}`, { cause, hint });
  });
  if (/^-----BEGIN (TRUSTED )?CERTIFICATE-----$/m.test(text)) return text;
  throw new CnbError("CERTIFICATE_INVALID", `the file ${file} contains no CA certificate in PEM format`, { hint });
}

/**
 * Returns the environment variables that make tools read the CA bundle at `file`. OpenSSL, curl,
 * Python and libcnb read the file that the first variable names instead of the system's bundle.
 * Therefore the file contains the system's certificates as well as the user's. Node.js and npm read
 * the file that the second variable names.
 */
export const trustVariables = (file: string): Readonly<Record<string, string>> => ({
  SSL_CERT_FILE: file,
  NODE_EXTRA_CA_CERTS: file,
});

/** Joins the builder's CA certificates and those of the user into one bundle. */
export const trustBundle = (system: string | undefined, authorities: string): string =>
  [system, authorities].filter(Boolean).join("\n");
