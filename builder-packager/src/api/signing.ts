import { resolve } from "node:path";
import process from "node:process";
import type { ImageArtifacts } from "../oci/sink/image-artifacts.ts";
import type { SigningChoice } from "../signing/keys/open-signer.ts";
import { openOutputSigning } from "../signing/outputs/open-signing.ts";
import type { ProvenanceCommand } from "../signing/outputs/provenance.ts";
import { packageVersion } from "../version.ts";
import type { Host } from "./host.ts";

/** The input of {@link openSigning}: a key or an identity, and the facts for the provenance. */
export type SigningInput = SigningChoice & SigningFacts;

/** The facts for the provenance of an operation. */
export interface SigningFacts {
  /** The command of `cnb` that does the same, for the provenance. */
  readonly command: ProvenanceCommand;
  /** The arguments of this command, for the provenance. @default none */
  readonly arguments?: readonly string[];
  /** The options that determine the image, for the provenance. Everyone can read them. @default none */
  readonly options?: Readonly<Record<string, unknown>>;
  /**
   * A directory in the git repository of the sources. @default the directory of `configFile`, or else
   * the working directory
   */
  readonly sourceDir?: string;
  /** The path of a configuration file, whose digest is recorded. */
  readonly configFile?: string;
}

/** The signatures for the outputs of one operation. */
export interface Signing {
  /** The host for the operation. It records the images and buildpacks that are read. */
  readonly host: Host;
  /** Creates the signatures, the provenance and the SBOMs. An option of the operation that writes. */
  readonly artifacts: ImageArtifacts;
}

/**
 * Opens a key, or the identity of a token, to sign the outputs of an operation, as `--sign-key` and
 * `--signing-config` do. A registry receives the signature, the SLSA provenance and the SBOMs of an
 * image before its tag refers to the image. Call this function again for each operation, because
 * the provenance lists all that the returned host has read. The environment variable
 * COSIGN_PASSWORD of the host contains the password of an encrypted key.
 *
 * @throws CnbError SIGNING_KEY_INVALID, SIGSTORE_FILE_INVALID
 * @example
 * ```ts
 * const { host: recording, artifacts } = await openSigning({ key: "cosign.key", command: "buildpack package" }, host);
 * await packageBuildpack({ dir: "web", outputs: ["example.com/web:1"], artifacts }, recording);
 * ```
 */
export async function openSigning(input: SigningInput, host: Host): Promise<Signing> {
  const { command, arguments: args = [], options = {}, sourceDir, configFile, ...signer } = input;
  const { env, signal, registry: before, reporter } = host;
  const below = (path: string | undefined) => (path === undefined ? undefined : resolve(path));
  const { registry, artifacts } = await openOutputSigning(
    {
      signer,
      command,
      parameters: { arguments: args, options },
      sourceDir: below(sourceDir),
      configFile: below(configFile),
      version: packageVersion,
    },
    { cwd: process.cwd(), env, signal, registry: before, warn: (text) => reporter.warn(text) },
  );
  return { host: { ...host, registry }, artifacts };
}
