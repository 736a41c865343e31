import { basename, dirname } from "node:path";
import { readConfigFile } from "../../config/read-file.ts";
import { digestOf, hexOf } from "../../oci/model/digest.ts";
import { type RegistryOptions, withSameAccess } from "../../oci/registry-options.ts";
import type { ImageArtifacts } from "../../oci/sink/image-artifacts.ts";
import { openBundleSigner, type SignerContext, type SigningChoice } from "../keys/open-signer.ts";
import { imageInput, moduleInput, type ProvenanceFacts, provenanceOf, type ResolvedInput } from "./provenance.ts";
import { signedOutputs } from "./sign-outputs.ts";
import { sourceCommit } from "./source-commit.ts";

/** The signer of the outputs of an operation, and the facts that their provenance records. */
export interface OutputSigningRequest extends Pick<ProvenanceFacts, "command" | "parameters" | "version"> {
  readonly signer: SigningChoice;
  /** A directory in the git repository of the sources. @default the directory of `configFile`, or else `cwd` */
  readonly sourceDir?: string | undefined;
  /** A configuration file, whose digest is recorded. */
  readonly configFile?: string | undefined;
}

/**
 * The access to files and registries, and the output of warnings, for {@link openOutputSigning}.
 */
export interface SigningContext extends SignerContext {
  readonly cwd: string;
  readonly registry: RegistryOptions;
  /** Called with each statement that cannot be made. */
  readonly warn: (text: string) => void;
}

/**
 * The result of {@link openOutputSigning}: registry options that record the inputs of an operation
 * for the provenance, and a function that creates the signatures for its outputs.
 */
export interface OpenedSigning {
  readonly registry: RegistryOptions;
  readonly artifacts: ImageArtifacts;
}

/**
 * Opens the signer before an operation begins. The provenance of the outputs records the images and
 * buildpacks that the operation reads with the returned registry options.
 *
 * @throws CnbError SIGNING_KEY_INVALID, SIGSTORE_FILE_INVALID
 */
export async function openOutputSigning(
  { signer: choice, sourceDir, configFile, ...facts }: OutputSigningRequest,
  { cwd, registry, warn, ...context }: SigningContext,
): Promise<OpenedSigning> {
  const { env } = context;
  const signer = await openBundleSigner(choice, { ...context, registry });
  const inputs: ResolvedInput[] = configFile === undefined ? [] : await configInput(configFile);
  const source = await sourceCommit(sourceDir ?? (configFile === undefined ? cwd : dirname(configFile)), warn);
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
