import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { CommandContext } from "../../cli-context.ts";
import type { ImageReference } from "../../oci/model/reference.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import type { ImageArtifacts } from "../../oci/sink/image-artifacts.ts";
import type { ProvenanceCommand } from "../../signing/outputs/provenance.ts";
import { parametersOf } from "./provenance-parameters.ts";

/** The parsed flags of {@link outputSigningFlags}. */
export interface OutputSigningFlags {
  readonly signKey?: string;
  readonly signKeyCommand?: string;
}

/** Creates the flags of commands that sign what they write. */
export const outputSigningOptions = (): readonly Option[] => [
  new Option(
    "--sign-key <file>",
    "sign the image, and attach its SLSA provenance and SBOMs before its name refers to it; the key as of cnb sign",
  ),
  new Option("--sign-key-command <command>", "a shell command that signs with a key service, as of cnb sign"),
];

/** Adds the flags of commands that sign what they write. */
export function outputSigningFlags(command: Command): Command {
  for (const option of outputSigningOptions()) command.addOption(option);
  return command;
}

/** The outputs to sign, and the facts for their provenance. */
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
 * The registry options with which a command must read its inputs, so that they are recorded in the
 * provenance, and the signatures for its outputs.
 */
export interface SigningRun {
  readonly registry: RegistryOptions;
  /** Undefined if nothing is to be signed. */
  readonly artifacts: ImageArtifacts | undefined;
}

/**
 * Opens the key of the flags, before work begins. The images and buildpacks that the command reads
 * with the returned options are recorded in the provenance of its outputs.
 *
 * @throws CnbError ARGUMENT_INVALID, SIGNING_KEY_INVALID, IMAGE_REFERENCE_UNSUPPORTED
 */
export async function outputSigning(
  { signKey, signKeyCommand }: OutputSigningFlags,
  { command, own, outputs, sourceDir, configFile, registry }: SignedCommand,
  { cwd, env, signal, reporter }: CommandContext,
): Promise<SigningRun> {
  if (!signKey) {
    if (signKeyCommand) throw await withoutKey();
    return { registry, artifacts: undefined };
  }
  const [{ refuseUnsignable }, { openOutputSigning }, { packageVersion: version }] = await Promise.all([
    import("../../signing/outputs/sign-outputs.ts"),
    import("../../signing/outputs/open-signing.ts"),
    import("../../version.ts"),
  ]);
  for (const output of outputs) refuseUnsignable(output);
  const below = (path: string | undefined) => (path === undefined ? undefined : resolve(cwd, path));
  return openOutputSigning(
    {
      key: { key: signKey, keyCommand: signKeyCommand },
      command,
      parameters: parametersOf(own),
      sourceDir: below(sourceDir),
      configFile: below(configFile),
      version,
    },
    { cwd, env, signal, registry, warn: (text) => reporter.warn(text) },
  );
}

async function withoutKey(): Promise<Error> {
  const { CnbError } = await import("../../errors.ts");
  return new CnbError("ARGUMENT_INVALID", "--sign-key-command needs the public key of the key service", {
    hint: "Add --sign-key FILE.",
  });
}
