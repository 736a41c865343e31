import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { CommandContext } from "../../cli-context.ts";
import { defined } from "../../defined.ts";
import type { ImageReference } from "../../oci/model/reference.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import type { ImageArtifacts } from "../../oci/sink/image-artifacts.ts";
import type { SigningChoice } from "../../signing/keys/open-signer.ts";
import type { ProvenanceCommand } from "../../signing/outputs/provenance.ts";
import { parametersOf } from "./provenance-parameters.ts";
import { type KeylessFlags, keylessOptions, signingChoice } from "./signing-flags.ts";

/** The parsed flags of {@link outputSigningFlags}. */
export interface OutputSigningFlags extends KeylessFlags {
  readonly signKey?: string;
  readonly signKeyCommand?: string;
}

/** Creates the flags of commands that sign what they write. */
export const outputSigningOptions = (): readonly Option[] => [
  new Option(
    "--sign-key <file>",
    "private key, as for cnb sign: sign the image and attach SLSA provenance and SBOMs, before the image's tag is written",
  ),
  new Option(
    "--sign-key-command <command>",
    "shell command that signs with a key service, as for cnb sign --key-command; --sign-key is then the public key",
  ),
  ...keylessOptions.map(([flags, description]) => new Option(flags, description)),
];

/** Adds the flags of commands that sign what they write. */
export function outputSigningFlags(command: Command): Command {
  for (const option of outputSigningOptions()) command.addOption(option);
  return command;
}

/**
 * Returns the key or the identity that the flags name; undefined if the outputs are not to be signed.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export const outputSigner = ({ signKey, signKeyCommand, ...keyless }: OutputSigningFlags): SigningChoice | undefined =>
  signingChoice({ ...keyless, ...defined({ key: signKey, keyCommand: signKeyCommand }) }, "--sign-key");

/** The output of a command that may sign its images, and the facts for the provenance. */
export interface SignedCommand {
  readonly command: ProvenanceCommand;
  readonly own: Command;
  readonly outputs: readonly ImageReference[];
  /** A directory in the git repository of the sources. */
  readonly sourceDir?: string | undefined;
  /** A configuration file, whose digest is recorded. */
  readonly configFile?: string | undefined;
  readonly registry: RegistryOptions;
}

/**
 * The result of {@link outputSigning}: registry options that record the inputs of a command for the
 * provenance, and a function that creates the signatures for its outputs.
 */
export interface SigningRun {
  readonly registry: RegistryOptions;
  /** Undefined if nothing is to be signed. */
  readonly artifacts: ImageArtifacts | undefined;
}

/**
 * Opens the key or the identity that the options name, before the command begins its work. The
 * provenance of the outputs records the images and buildpacks that the command reads with the
 * returned registry options.
 *
 * @throws CnbError ARGUMENT_INVALID, SIGNING_KEY_INVALID, SIGSTORE_FILE_INVALID, IMAGE_REFERENCE_UNSUPPORTED
 */
export async function outputSigning(
  flags: OutputSigningFlags,
  { command, own, outputs, sourceDir, configFile, registry }: SignedCommand,
  { cwd, env, signal, reporter }: CommandContext,
): Promise<SigningRun> {
  const signer = outputSigner(flags);
  if (signer === undefined) return { registry, artifacts: undefined };
  const [{ refuseUnsignable }, { openOutputSigning }, { packageVersion: version }] = await Promise.all([
    import("../../signing/outputs/sign-outputs.ts"),
    import("../../signing/outputs/open-signing.ts"),
    import("../../version.ts"),
  ]);
  for (const output of outputs) refuseUnsignable(output);
  const below = (path: string | undefined) => (path === undefined ? undefined : resolve(cwd, path));
  return openOutputSigning(
    {
      signer,
      command,
      parameters: parametersOf(own),
      sourceDir: below(sourceDir),
      configFile: below(configFile),
      version,
    },
    { cwd, env, signal, registry, warn: (text) => reporter.warn(text) },
  );
}
