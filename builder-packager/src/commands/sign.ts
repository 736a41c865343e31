import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { imageOrPackage } from "./flags/image-or-package.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./flags/registry-flags.ts";
import { type SigningFlags, signerOf, signingFlags } from "./flags/signing-flags.ts";

/** `cnb sign IMAGE --key FILE`: signs images, and prints the digest of each. */
export function register(program: Command): void {
  const command = program
    .command("sign")
    .description("sign images so that cnb verify and cosign verify them")
    .argument("<image...>", "REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE or FILE.cnb");
  registryFlags(signingFlags(command)).action(sign);
}

async function sign(names: readonly string[], flags: RegistryFlags & SigningFlags, command: Command): Promise<void> {
  const context = contextOf(command);
  const references = names.map(imageOrPackage);
  const { signImage } = await import("../signing/sign.ts");
  const registry = await registryOptions(flags, context);
  const signer = await signerOf(flags, context, registry);
  for (const reference of references)
    for (const { image, digest } of await signImage(reference, { signer, registry })) {
      context.reporter.info(`Signed ${image}`);
      context.stdout.write(`${image}@${digest}\n`);
    }
}
