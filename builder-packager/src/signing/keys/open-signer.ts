import type { RegistryOptions } from "../../oci/registry-options.ts";
import { type BundleSigner, keyBundles } from "../bundle-signer.ts";
import type { KeylessSigning } from "../keyless/open-keyless-signer.ts";
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

/**
 * The environment, which may contain the password of the key, and the signal that ends a signing
 * command.
 */
export interface SignerContext {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** A key, or the identity of a token. */
export type SigningChoice = SigningKey | KeylessSigning;

/**
 * Opens a key, or the access to an instance of sigstore.
 *
 * @throws CnbError SIGNING_KEY_INVALID, SIGSTORE_FILE_INVALID
 */
export async function openBundleSigner(
  choice: SigningChoice,
  context: SignerContext & { readonly registry: RegistryOptions },
): Promise<BundleSigner> {
  if ("key" in choice) return keyBundles(await openSigner(choice, context));
  const { openKeylessSigner } = await import("../keyless/open-keyless-signer.ts");
  return openKeylessSigner(choice, context.env, context.registry);
}

async function openSigner({ key, keyCommand }: SigningKey, context: SignerContext): Promise<Signer> {
  const { readPrivateKey, readPublicKey } = await import("./key-file.ts");
  if (keyCommand === undefined) return readPrivateKey(key, context.env);
  const { commandSigner } = await import("./command-signer.ts");
  return commandSigner(keyCommand, await readPublicKey(key), context);
}
