import type { Env } from "libcnb";
import type { PackageIndex, Variables } from "../package-manager.ts";

/**
 * The indexes of bindings and, if no binding names a default index, that of PIP_INDEX_URL, for
 * tools that do not read this variable.
 */
export function withIndexOfPip(indexes: readonly PackageIndex[], { PIP_INDEX_URL: url }: Env): readonly PackageIndex[] {
  if (!url || indexes.some(({ isDefault }) => isDefault)) return indexes;
  return [...indexes, { name: "pip", url, username: undefined, password: undefined, isDefault: true }];
}

/**
 * The certificates in PIP_CERT, for tools that do not read this variable. The user's settings for
 * all tools take precedence.
 */
export const certificatesOfPip = ({ PIP_CERT, SSL_CERT_FILE }: Env): Variables =>
  PIP_CERT !== undefined && SSL_CERT_FILE === undefined ? { SSL_CERT_FILE: PIP_CERT } : {};
