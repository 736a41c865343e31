import type { FileTable, KeyText } from "./file-keys.ts";

/** The text of a key that names public keys. */
export const keysText: KeyText = [
  "list of strings",
  "Paths of public keys in PEM, relative to the file. One signature by a key or an identity is enough. Required without `identities`.",
];

/** The table of the keyless signers, which several files have. */
export const identitiesTable = (at: string): FileTable => ({
  heading: `[[${at}]]`,
  at: [at],
  text: "The identities of keyless signers whose signatures are accepted. See [keyless signatures](../guide/signatures.md#keyless-signatures).",
  keys: {
    "certificate-identity": ["string, required", "The email address or the URI in the certificate of the signer."],
    "certificate-oidc-issuer": ["string, required", "The OpenID Connect issuer that identified the signer."],
    "trusted-root": [
      "string, required",
      "The path of the trusted root of the sigstore instance, relative to the file.",
    ],
  },
});
