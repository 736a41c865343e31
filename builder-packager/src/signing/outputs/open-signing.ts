import { basename, dirname } from "node:path";
import { readConfigFile } from "../../config/read-file.ts";
import { digestOf, hexOf } from "../../oci/model/digest.ts";
import { type RegistryOptions, withSameAccess } from "../../oci/registry-options.ts";
import type { ImageArtifacts } from "../../oci/sink/image-artifacts.ts";
import { openSigner, type SignerSurroundings, type SigningKey } from "../keys/open-signer.ts";
import { imageInput, moduleInput, type ProvenanceFacts, provenanceOf, type ResolvedInput } from "./provenance.ts";
import { signedOutputs } from "./sign-outputs.ts";
import { sourceCommit } from "./source-commit.ts";

/** The key for the outputs of an operation, and the facts for their provenance. */
export interface OutputSigningRequest extends Pick<ProvenanceFacts, "command" | "parameters" | "version"> {
  readonly key: SigningKey;
  /** A directory in the git repository of the sources. @default the directory of `configFile`, or else `cwd` */
  readonly sourceDir?: string | undefined;
  /** A configuration file, whose digest is recorded. */
  readonly configFile?: string | undefined;
}

/** The surroundings of {@link openOutputSigning}. */
export interface SigningSurroundings extends SignerSurroundings {
  readonly cwd: string;
  readonly registry: RegistryOptions;
  /** Called with each statement that cannot be made. */
  readonly warn: (text: string) => void;
}

/**
 * The registry options with which an operation must read its inputs, so that they are recorded in
 * the provenance, and the signatures for its outputs.
 */
export interface OpenedSigning {
  readonly registry: RegistryOptions;
  readonly artifacts: ImageArtifacts;
}

/**
 * Opens the key before work begins. The images and buildpacks that the operation reads with the returned
 * options are recorded in the provenance of its outputs.
 *
 * @throws CnbError SIGNING_KEY_INVALID
 */
export async function openOutputSigning(
  { key, sourceDir, configFile, ...facts }: OutputSigningRequest,
  { cwd, registry, warn, ...surroundings }: SigningSurroundings,
): Promise<OpenedSigning> {
  const { env } = surroundings;
  const signer = await openSigner(key, surroundings);
  const inputs: ResolvedInput[] = configFile === undefined ? [] : await configInput(configFile);
  const source = await sourceCommit(sourceDir ?? (configFile === undefined ? cwd : dirname(configFile)));
  return {
    registry: withSameAccess(registry, {
      used(reference, digest) {
        inputs.push(imageInput(reference, digest));
        registry.used?.(reference, digest);
      },
      usedModule(module) {
        inputs.push(moduleInput(module));
        registry.usedModule?.(module);
      },
    }),
    artifacts: signedOutputs({
      signer,
      registry,
      provenance: () => provenanceOf({ ...facts, env, source, inputs }),
      warn,
    }),
  };
}

/** The digest of a configuration file. A missing file is reported by the operation itself. */
async function configInput(file: string): Promise<ResolvedInput[]> {
  const refusal = () => new Error(file);
  const bytes = await readConfigFile(file, { unreadable: refusal, tooLarge: refusal }).catch(() => undefined);
  return bytes ? [{ name: basename(file), digest: { sha256: hexOf(digestOf(bytes)) } }] : [];
}
