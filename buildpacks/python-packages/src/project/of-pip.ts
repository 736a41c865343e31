import type { Env } from "libcnb";
import type { PackageIndex, Variables } from "../package-manager.ts";

/** The indexes of bindings, and that of pip's variable if no binding names one to ask first: for tools that do not read it. */
export function withIndexOfPip(indexes: readonly PackageIndex[], { PIP_INDEX_URL: url }: Env): readonly PackageIndex[] {
  if (!url || indexes.some(({ isDefault }) => isDefault)) return indexes;
  return [...indexes, { name: "pip", url, username: undefined, password: undefined, isDefault: true }];
}

/** The certificates that pip trusts, for tools that do not read its variable either. The user's settings for all tools take precedence. */
export const certificatesOfPip = ({ PIP_CERT, SSL_CERT_FILE }: Env): Variables =>
  PIP_CERT !== undefined && SSL_CERT_FILE === undefined ? { SSL_CERT_FILE: PIP_CERT } : {};
