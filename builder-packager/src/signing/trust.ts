import type { Signers } from "../config/verification/signers.ts";
import type { Trust } from "./evidence/claim.ts";
import { readPublicKeys } from "./keys/key-file.ts";

/**
 * Reads the keys and the trusted roots of signers.
 *
 * @throws CnbError SIGNING_KEY_INVALID, SIGSTORE_FILE_INVALID
 */
export async function openTrust({ keys: files, identities }: Signers): Promise<Trust> {
  const keys = await readPublicKeys(files);
  if (identities.length === 0) return { keys };
  const { openKeylessVerifier } = await import("./keyless/keyless-verifier.ts"); // with all of the library
  return { keys, keyless: await openKeylessVerifier(identities) };
}
