import type { Command } from "commander";
import type { CommandContext } from "../../cli-context.ts";
import type { Signer } from "../../signing/keys/signer.ts";

/** The parsed flags of {@link signingFlags}. */
export interface SigningFlags {
  readonly key: string;
  readonly keyCommand?: string;
}

/** Adds the flags of commands that sign. */
export const signingFlags = (command: Command): Command =>
  command
    .requiredOption(
      "-k, --key <file>",
      "the private key: of cosign generate-key-pair, or in PEM; with --key-command: the public key",
    )
    .option(
      "--key-command <command>",
      "a shell command that signs with a key service: it reads bytes and prints their signature",
    );

/** Opens the key of the flags. */
export async function signerOf(flags: SigningFlags, context: CommandContext): Promise<Signer> {
  const { openSigner } = await import("../../signing/keys/open-signer.ts");
  return openSigner(flags, context);
}
