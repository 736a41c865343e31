import type { Env } from "libcnb";
import type { PackageIndex, Variables } from "../package-manager.ts";

/**
 * Returns the indexes of bindings. If no binding has a default index, the index in PIP_INDEX_URL is
 * added, for tools that do not read this variable.
 */
export function withIndexOfPip(indexes: readonly PackageIndex[], { PIP_INDEX_URL: url }: Env): readonly PackageIndex[] {
  if (!url || indexes.some(({ isDefault }) => isDefault)) return indexes;
  return [...indexes, { name: "pip", url, username: undefined, password: undefined, isDefault: true }];
}

/**
 * Returns an environment variable with the file in PIP_CERT, for tools that do not read PIP_CERT.
 * SSL_CERT_FILE, the user's setting for all tools, takes precedence.
 */
export const certificatesOfPip = ({ PIP_CERT, SSL_CERT_FILE }: Env): Variables =>
  PIP_CERT !== undefined && SSL_CERT_FILE === undefined ? { SSL_CERT_FILE: PIP_CERT } : {};
