import type { Command } from "commander";
import type { SignerIdentity } from "../../config/verification/signers.ts";
import { CnbError } from "../../errors.ts";
import { refuseEmpty } from "./non-empty.ts";

/** The parsed flags that name a keyless signer. */
export interface SignerFlags {
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly trustedRoot?: string;
}

/** The flags that name a keyless signer, and their descriptions. */
export const signerOptions = [
  ["--certificate-identity <identity>", "the email address or the URI of a keyless signer"],
  ["--certificate-oidc-issuer <url>", "the OpenID Connect issuer of the keyless signer"],
  ["--trusted-root <file>", "the certificates and keys of the sigstore instance that certified the keyless signer"],
] as const;

/** Adds the flags that name a keyless signer. */
export function signerFlags(command: Command): Command {
  for (const [flags, description] of signerOptions) command.option(flags, description);
  return command;
}

/**
 * Returns the keyless signer of the flags. An empty value is an error: a script whose variable is
 * empty would otherwise verify nothing.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function signerIdentities(flags: SignerFlags): readonly SignerIdentity[] {
  const { certificateIdentity: identity, certificateOidcIssuer: issuer, trustedRoot } = flags;
  const given = {
    "--certificate-identity": identity,
    "--certificate-oidc-issuer": issuer,
    "--trusted-root": trustedRoot,
  };
  refuseEmpty(given, "all options of the keyless signer");
  if (identity && issuer && trustedRoot) return [{ identity, issuer, trustedRoot }];
  const missing = Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [flag] : []));
  if (missing.length === Object.keys(given).length) return [];
  throw new CnbError("ARGUMENT_INVALID", `a keyless signer also needs ${missing.join(" and ")}`, {
    hint: "Add the missing options, or remove all three options of the keyless signer.",
  });
}
