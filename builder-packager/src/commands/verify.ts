import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { parseImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import { predicateNames } from "../signing/formats/predicate-types.ts";
import type { VerifiedImage } from "../signing/verify.ts";
import { parsePlatform } from "./flags/inspect-flags.ts";
import { addValue } from "./flags/listed-values.ts";
import { parsePredicateType } from "./flags/predicate-type.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./flags/registry-flags.ts";

interface Flags extends RegistryFlags {
  readonly key: readonly string[];
  readonly type?: string;
  readonly platform?: Platform;
  readonly json?: boolean;
}

/** `cnb verify IMAGE --key FILE`: verifies signatures, and prints the digest of each image. */
export function register(program: Command): void {
  const command = program
    .command("verify")
    .description("verify the signatures and attestations of images, also those of cosign")
    .argument("<image...>", "REGISTRY/REPOSITORY:TAG, oci:DIR or oci-archive:FILE")
    .requiredOption("-k, --key <file>", "the signer's public key in PEM (repeatable: one of them is enough)", addValue)
    .option(
      "--type <type>",
      `require an attestation of this type: ${predicateNames.join(", ")} or a URI (default: a signature)`,
      parsePredicateType,
    )
    .option("--platform <os/arch>", "the image for this platform instead of the index", parsePlatform)
    .option("--json", "print one line of JSON for each image, with the verified statements");
  registryFlags(command).action(verify);
}

async function verify(names: readonly string[], flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const [{ verifyImages }, { readPublicKeys }] = await Promise.all([
    import("../signing/verify.ts"),
    import("../signing/keys/key-file.ts"),
  ]);
  const registry = await registryOptions(flags, context);
  const keys = await readPublicKeys(flags.key);
  const { type: predicateType, platform } = flags;
  for (const reference of names.map(parseImageReference))
    for (const verified of await verifyImages(reference, { keys, predicateType, platform, registry }))
      context.stdout.write(`${flags.json ? JSON.stringify(verified) : textOf(verified)}\n`);
}

const textOf = ({ image, digest }: VerifiedImage): string => `${image}@${digest}`;
