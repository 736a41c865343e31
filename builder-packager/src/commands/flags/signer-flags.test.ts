import { expect, test } from "vitest";
import { CnbError } from "../../errors.ts";
import { type SignerFlags, signerIdentities } from "./signer-flags.ts";

const complete = {
  certificateIdentity: "release@example.com",
  certificateOidcIssuer: "https://accounts.example.com",
  trustedRoot: "root.json",
};

function errorOf(flags: SignerFlags): string {
  try {
    return `${signerIdentities(flags).length} identities`;
  } catch (error) {
    return error instanceof CnbError ? `${error.code}: ${error.message}` : expect.unreachable();
  }
}

test("the three flags of a keyless signer name its identity, its issuer and its trusted root", () => {
  expect(signerIdentities(complete)).toEqual([
    { identity: "release@example.com", issuer: "https://accounts.example.com", trustedRoot: "root.json" },
  ]);
});

test.for<[string, SignerFlags, string]>([
  ["no flag name no signer", {}, "0 identities"],
  [
    "only --certificate-identity name the missing flags",
    { certificateIdentity: "a" },
    "ARGUMENT_INVALID: a keyless signer also needs --certificate-oidc-issuer and --trusted-root",
  ],
  [
    "only --trusted-root name the missing flags",
    { trustedRoot: "root.json" },
    "ARGUMENT_INVALID: a keyless signer also needs --certificate-identity and --certificate-oidc-issuer",
  ],
  [
    "an empty value name the flag",
    { ...complete, certificateIdentity: "" },
    "ARGUMENT_INVALID: --certificate-identity is empty",
  ],
  [
    "only empty values name the first flag",
    { certificateIdentity: "", certificateOidcIssuer: "", trustedRoot: "" },
    "ARGUMENT_INVALID: --certificate-identity is empty",
  ],
  [
    "a blank issuer name the flag",
    { ...complete, certificateOidcIssuer: " " },
    "ARGUMENT_INVALID: --certificate-oidc-issuer is empty",
  ],
])("the flags of a keyless signer with %s", ([, flags, expected]) => expect(errorOf(flags)).toBe(expected));
