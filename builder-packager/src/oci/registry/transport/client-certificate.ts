import { readFileSync } from "node:fs";
import { CnbError } from "../../../errors.ts";

/**
 * Reads the client certificate among the files for a host, and its private key.
 *
 * @throws CnbError CERTIFICATE_INVALID if the key is missing
 */
export function clientCertificate(files: readonly string[]): { readonly cert?: Buffer; readonly key?: Buffer } {
  const cert = files.find((file) => file.endsWith(".cert"));
  if (cert === undefined) return {};
  const key = cert.replace(/\.cert$/, ".key");
  if (files.includes(key)) return { cert: readFileSync(cert), key: readFileSync(key) };
  throw new CnbError("CERTIFICATE_INVALID", `the file ${key} does not exist next to ${cert}`, {
    hint: `Put the private key of the client certificate into ${key}, or remove ${cert}.`,
  });
}
