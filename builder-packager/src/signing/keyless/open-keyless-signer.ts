import { readConfigFile } from "../../config/read-file.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import type { BundleSigner } from "../bundle-signer.ts";
import { type IdentityToken, keylessSigner } from "./keyless-signer.ts";
import { requestGithubToken } from "./services.ts";
import { servicesIn } from "./signing-config.ts";
import { readSigstoreFile, sigstoreInvalid } from "./sigstore-file.ts";

/** Signs with the identity of a token instead of a key. */
export interface KeylessSigning {
  /** The path of the signing configuration of an instance of sigstore. */
  readonly signingConfig: string;
  /** The path of the identity token. @default SIGSTORE_ID_TOKEN, or else the token of GitHub Actions */
  readonly identityToken?: string | undefined;
}

/**
 * Opens a signer for an identity. The token is read when something is signed.
 *
 * @throws CnbError SIGSTORE_FILE_INVALID
 */
export async function openKeylessSigner(
  { signingConfig, identityToken: file }: KeylessSigning,
  env: NodeJS.ProcessEnv,
  registry: RegistryOptions,
): Promise<BundleSigner> {
  const document = await readSigstoreFile(signingConfig, "signing configuration");
  const services = servicesIn(document, signingConfig, Date.now());
  return keylessSigner({ services, token: () => identityToken(file, env, registry), registry });
}

async function identityToken(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
  registry: RegistryOptions,
): Promise<IdentityToken> {
  if (file !== undefined) return { token: await tokenIn(file), where: file };
  const { SIGSTORE_ID_TOKEN: token, ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = env;
  if (token) return { token: token.trim(), where: "in SIGSTORE_ID_TOKEN" };
  if (url && secret) return { token: await requestGithubToken(url, secret, registry), where: "of GitHub Actions" };
  throw sigstoreInvalid("identity token", "of the environment", "there is none; pass --identity-token FILE");
}

async function tokenIn(file: string): Promise<string> {
  const refusal = (reason: string) => sigstoreInvalid("identity token", file, reason);
  return Buffer.from(await readConfigFile(file, { unreadable: refusal, tooLarge: refusal }))
    .toString()
    .trim();
}
