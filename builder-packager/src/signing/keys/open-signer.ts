import type { Signer } from "./signer.ts";

/**
 * The key with which to sign: the private key in a file, or the public key that belongs to
 * `keyCommand`.
 */
export interface SigningKey {
  /** The path of the private key; with `keyCommand`, of the public key. */
  readonly key: string;
  /** A shell command that signs with a key service: it reads bytes and prints their signature. */
  readonly keyCommand?: string | undefined;
}

/** The environment with the password of the key, and the signal that ends a command. */
export interface SignerSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/**
 * Opens a key.
 *
 * @throws CnbError SIGNING_KEY_INVALID
 */
export async function openSigner({ key, keyCommand }: SigningKey, surroundings: SignerSurroundings): Promise<Signer> {
  const { readPrivateKey, readPublicKey } = await import("./key-file.ts");
  if (keyCommand === undefined) return readPrivateKey(key, surroundings.env);
  const { commandSigner } = await import("./command-signer.ts");
  return commandSigner(keyCommand, await readPublicKey(key), surroundings);
}
