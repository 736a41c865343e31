import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import type { Signers } from "../config/verification/signers.ts";
import { CnbError } from "../errors.ts";
import type { Platform } from "../oci/model/spec.ts";
import { predicateNames } from "../signing/formats/predicate-types.ts";
import type { VerifiedImage } from "../signing/verify.ts";
import { imageOrPackage } from "./flags/image-or-package.ts";
import { parsePlatform } from "./flags/inspect-flags.ts";
import { addValue } from "./flags/listed-values.ts";
import { parsePredicateType } from "./flags/predicate-type.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./flags/registry-flags.ts";
import { type SignerFlags, signerFlags, signerIdentities } from "./flags/signer-flags.ts";

interface Flags extends RegistryFlags, SignerFlags {
  readonly key?: readonly string[];
  readonly type?: string;
  readonly platform?: Platform;
  readonly json?: boolean;
}

/** `cnb verify IMAGE --key FILE`: verifies signatures, and prints the digest of each image. */
export function register(program: Command): void {
  const command = program
    .command("verify")
    .description("verify the signatures and attestations of images, including those that cosign created")
    .argument("<image...>", "REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE or FILE.cnb")
    .option("-k, --key <file>", "the signer's public key in PEM (repeatable: one of them is enough)", addValue);
  signerFlags(command)
    .option(
      "--type <type>",
      `require an attestation of this type: ${predicateNames.join(", ")} or a URI (default: require only a signature)`,
      parsePredicateType,
    )
    .option("--platform <os/arch>", "verify the image for this platform instead of the image index", parsePlatform)
    .option("--json", "print one line of JSON for each image, with the verified statements");
  registryFlags(command).action(verify);
}

async function verify(names: readonly string[], flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const [{ openTrust }, { verifyImages }] = await Promise.all([
    import("../signing/trust.ts"),
    import("../signing/verify.ts"),
  ]);
  const trust = await openTrust(signersOf(flags));
  const registry = await registryOptions(flags, context);
  const { type: predicateType, platform } = flags;
  for (const reference of names.map(imageOrPackage))
    for (const verified of await verifyImages(reference, { ...trust, predicateType, platform, registry }))
      context.stdout.write(`${flags.json ? JSON.stringify(verified) : textOf(verified)}\n`);
}

/** @throws CnbError ARGUMENT_INVALID */
function signersOf(flags: Flags): Signers {
  const { key: keys = [] } = flags;
  const identities = signerIdentities(flags);
  if (keys.length + identities.length === 0) throw withoutSigner();
  return { keys, identities };
}

const withoutSigner = (): CnbError =>
  new CnbError("ARGUMENT_INVALID", "the signer is not given", {
    hint: "Add --key FILE, or --certificate-identity, --certificate-oidc-issuer and --trusted-root together.",
  });

const textOf = ({ image, digest }: VerifiedImage): string => `${image}@${digest}`;
