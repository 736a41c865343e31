import type { Command } from "commander";
import type { CommandContext } from "../../cli-context.ts";
import { CnbError } from "../../errors.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import type { BundleSigner } from "../../signing/bundle-signer.ts";
import type { SigningChoice } from "../../signing/keys/open-signer.ts";
import { refuseEmpty } from "./non-empty.ts";

/** The parsed flags of a keyless signature. */
export interface KeylessFlags {
  readonly signingConfig?: string;
  readonly identityToken?: string;
}

/** The parsed flags of {@link signingFlags}. */
export interface SigningFlags extends KeylessFlags {
  readonly key?: string;
  readonly keyCommand?: string;
}

/** The flags of a keyless signature and their descriptions. */
export const keylessOptions = [
  ["--signing-config <file>", "signing configuration of a sigstore instance: sign with an identity instead of a key"],
  [
    "--identity-token <file>",
    "file with the OpenID Connect token of the identity (default: SIGSTORE_ID_TOKEN, or the token of GitHub Actions)",
  ],
] as const;

/** Adds the flags of commands that sign. */
export function signingFlags(command: Command): Command {
  command
    .option(
      "-k, --key <file>",
      "the private key in PEM or from cosign generate-key-pair; with --key-command: the public key",
    )
    .option(
      "--key-command <command>",
      "a shell command that signs with a key service: it reads bytes from stdin and prints their signature",
    );
  for (const [flags, description] of keylessOptions) command.option(flags, description);
  return command;
}

/**
 * Opens the key or the identity of the flags.
 *
 * @throws CnbError ARGUMENT_INVALID, SIGNING_KEY_INVALID, SIGSTORE_FILE_INVALID
 */
export async function signerOf(
  flags: SigningFlags,
  context: CommandContext,
  registry: RegistryOptions,
): Promise<BundleSigner> {
  const { openBundleSigner } = await import("../../signing/keys/open-signer.ts");
  const choice = signingChoice(flags, "--key");
  if (choice !== undefined) return openBundleSigner(choice, { ...context, registry });
  throw new CnbError("ARGUMENT_INVALID", "neither a key nor a signing configuration is given", {
    hint: "Add --key FILE, or --signing-config FILE to sign with an identity.",
  });
}

/**
 * Returns the key or the identity to sign with; undefined without flags.
 *
 * @param keyFlag the name of the flag of the key: `--key` or `--sign-key`
 * @throws CnbError ARGUMENT_INVALID
 */
export function signingChoice(
  { key, keyCommand, signingConfig, identityToken }: SigningFlags,
  keyFlag: string,
): SigningChoice | undefined {
  refuseEmpty({
    [keyFlag]: key,
    [`${keyFlag}-command`]: keyCommand,
    "--signing-config": signingConfig,
    "--identity-token": identityToken,
  });
  if (key && signingConfig)
    throw new CnbError("ARGUMENT_INVALID", `${keyFlag} and --signing-config cannot be combined`, {
      hint: "Sign twice to have a signature with a key and one with an identity.",
    });
  if (keyCommand && !key)
    throw new CnbError(
      "ARGUMENT_INVALID",
      `${keyFlag}-command also needs the public key that belongs to the signing key`,
      {
        hint: `Add the public key with ${keyFlag} FILE, for example ${keyFlag} cosign.pub.`,
      },
    );
  if (identityToken && !signingConfig)
    throw new CnbError(
      "ARGUMENT_INVALID",
      "--identity-token also needs the signing configuration of a sigstore instance",
      {
        hint: "Add --signing-config FILE.",
      },
    );
  if (key) return { key, keyCommand: keyCommand || undefined };
  return signingConfig ? { signingConfig, identityToken } : undefined;
}
