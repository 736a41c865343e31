import { readConfigFile } from "../../config/read-file.ts";
import { CnbError } from "../../errors.ts";
import { parsePrivateKey } from "./private-key.ts";
import { type PublicKey, parsePublicKey } from "./public-key.ts";
import type { Signer } from "./signer.ts";

/**
 * Reads public keys in PEM.
 *
 * @throws CnbError SIGNING_KEY_INVALID
 */
export const readPublicKeys = (files: readonly string[]): Promise<readonly PublicKey[]> =>
  Promise.all(files.map(readPublicKey));

/**
 * Reads a public key in PEM.
 *
 * @throws CnbError SIGNING_KEY_INVALID
 */
export const readPublicKey = async (file: string): Promise<PublicKey> => parsePublicKey(await readKey(file), file);

/**
 * Reads a private key. The variable COSIGN_PASSWORD contains its password, as for cosign.
 *
 * @throws CnbError SIGNING_KEY_INVALID
 */
export const readPrivateKey = async (file: string, env: NodeJS.ProcessEnv): Promise<Signer> =>
  parsePrivateKey(await readKey(file), env["COSIGN_PASSWORD"] ?? "", file);

const readKey = (file: string): Promise<Uint8Array> =>
  readConfigFile(file, { unreadable: (reason) => refusal(file, reason), tooLarge: (reason) => refusal(file, reason) });

const refusal = (file: string, reason: string): CnbError =>
  new CnbError("SIGNING_KEY_INVALID", `cannot read the key ${file}: ${reason}`, {
    hint: "Pass the path of a key in PEM format: cosign.key to sign, cosign.pub to verify.",
  });
