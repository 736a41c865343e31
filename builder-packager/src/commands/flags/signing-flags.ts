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
export async function signerOf({ key, keyCommand }: SigningFlags, { env, signal }: CommandContext): Promise<Signer> {
  const { readPrivateKey, readPublicKey } = await import("../../signing/keys/key-file.ts");
  if (keyCommand === undefined) return readPrivateKey(key, env);
  const { commandSigner } = await import("../../signing/keys/command-signer.ts");
  return commandSigner(keyCommand, await readPublicKey(key), { env, signal });
}
