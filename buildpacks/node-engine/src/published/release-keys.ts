import { type Bindings, UserError } from "libcnb";
import { type SigningKey, signingKeysIn } from "./openpgp/public-keys.ts";
import own from "./release-keys.json" with { type: "json" };

/**
 * The type of bindings with additional release keys. Each entry is an OpenPGP keyring, armored or
 * binary.
 */
export const keysBinding = "node-release-keys";

/**
 * The keys that may sign lists of releases: those of the Node.js project (from
 * github.com/nodejs/release-keys, by fingerprint) and those of bindings.
 *
 * @throws UserError NODE_RELEASE_KEYS_INVALID
 */
export async function releaseKeys(bindings: Pick<Bindings, "filter">): Promise<readonly SigningKey[]> {
  const bound = (await bindings.filter({ type: keysBinding })).flatMap((binding) =>
    binding.keys.flatMap((name) => boundKeys(binding.bytes(name), `${name} of the binding ${binding.name}`)),
  );
  return [...Object.values(own).flatMap((key) => signingKeysIn(Buffer.from(key, "base64"))), ...bound];
}

function boundKeys(bytes: Uint8Array, source: string): readonly SigningKey[] {
  try {
    return signingKeysIn(bytes);
  } catch (cause) {
    throw new UserError("NODE_RELEASE_KEYS_INVALID", `${source} is not an OpenPGP keyring`, {
      cause,
      hint: "Export the public keys with: gpg --export --armor FINGERPRINT. A keybox file (.kbx) is not a keyring.",
    });
  }
}
