import { resolve } from "node:path";
import { s } from "libcnb/internal";
import type { KnownKeys } from "../unknown-keys.ts";

/** The identity of a keyless signer, and the instance of sigstore that certifies it. */
export interface SignerIdentity {
  /** The email address or the URI in the certificate of the signer. */
  readonly identity: string;
  /** The address of the OpenID Connect issuer that identified the signer. */
  readonly issuer: string;
  /** The path of the trusted root: the certificates and keys of the instance of sigstore. */
  readonly trustedRoot: string;
}

/** The signers whose signatures are accepted. A signature by one of them is sufficient. */
export interface Signers {
  /** The paths of public keys. */
  readonly keys: readonly string[];
  /** The identities of keyless signers. */
  readonly identities: readonly SignerIdentity[];
}

const text = (what: string) => s.matching(/\S/, what);

const identitySchema = s.table({
  "certificate-identity": text("the email address or the URI of a signer"),
  "certificate-oidc-issuer": text("the address of an OpenID Connect issuer"),
  "trusted-root": text("the path of a trusted root"),
});

/** The keys of a TOML table that names signers, and their schemas. */
export const signersEntries = {
  keys: s.optional(s.list(text("the path of a public key"))),
  identities: s.optional(s.list(identitySchema)),
};

/** The known keys of a TOML table that names signers. */
export const signersKeys = {
  keys: true,
  identities: { "certificate-identity": true, "certificate-oidc-issuer": true, "trusted-root": true },
} as const satisfies KnownKeys;

/** The schema of a TOML table that names signers. */
export const signersSchema = s.table(signersEntries);

/** A decoded TOML table that names signers. */
export type RawSigners = s.Decoded<typeof signersSchema>;

/** Converts a decoded TOML table to signers. */
export const signersOf = ({ keys = [], identities = [] }: RawSigners): Signers => ({
  keys,
  identities: identities.map((each) => ({
    identity: each["certificate-identity"],
    issuer: each["certificate-oidc-issuer"],
    trustedRoot: each["trusted-root"],
  })),
});

/** Returns the issues of a TOML table that no signature can satisfy. */
export function signersIssues({ keys, identities }: RawSigners, path: string): s.Issue[] {
  if (keys === undefined && identities === undefined) return [{ path, message: "needs keys or identities" }];
  return [
    ...(keys?.length === 0 ? [{ path: `${path}.keys`, message: "expected at least one key" }] : []),
    ...(identities?.length === 0 ? [{ path: `${path}.identities`, message: "expected at least one identity" }] : []),
  ];
}

/** Resolves the paths of signers, relative to the directory of the file that names the signers. */
export const signersBelow = (dir: string, { keys, identities }: Signers): Signers => ({
  keys: keys.map((key) => resolve(dir, key)),
  identities: identities.map((each) => ({ ...each, trustedRoot: resolve(dir, each.trustedRoot) })),
});

/** Returns the paths of all files that signers name. */
export const signersFiles = ({ keys, identities }: Signers): readonly string[] => [
  ...keys,
  ...identities.map(({ trustedRoot }) => trustedRoot),
];
