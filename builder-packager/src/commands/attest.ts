import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { predicateNames } from "../signing/formats/predicate-types.ts";
import { imageOrPackage } from "./flags/image-or-package.ts";
import { parsePredicateType } from "./flags/predicate-type.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./flags/registry-flags.ts";
import { type SigningFlags, signerOf, signingFlags } from "./flags/signing-flags.ts";

interface Flags extends RegistryFlags, SigningFlags {
  readonly type: string;
  readonly predicate: string;
}

/** `cnb attest IMAGE --key FILE --type TYPE --predicate FILE`: attaches a signed statement to an image. */
export function register(program: Command): void {
  const command = program
    .command("attest")
    .description("attach a signed in-toto attestation to images, such as SLSA provenance or an SBOM")
    .argument("<image...>", "REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE or FILE.cnb")
    .requiredOption(
      "--type <type>",
      `the type of the predicate: ${predicateNames.join(", ")} or a URI`,
      parsePredicateType,
    )
    .requiredOption("--predicate <file>", "the predicate in JSON, for example an SBOM");
  registryFlags(signingFlags(command)).action(attest);
}

async function attest(names: readonly string[], flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const references = names.map(imageOrPackage);
  const [{ attestImage }, { readPredicate }] = await Promise.all([
    import("../signing/sign.ts"),
    import("../signing/predicate-file.ts"),
  ]);
  const registry = await registryOptions(flags, context);
  const statement = { predicateType: flags.type, predicate: await readPredicate(flags.predicate) };
  const signer = await signerOf(flags, context, registry);
  for (const reference of references)
    for (const { image, digest } of await attestImage(reference, statement, { signer, registry })) {
      context.reporter.info(`Attached an attestation of the type ${flags.type} to ${image}`);
      context.stdout.write(`${image}@${digest}\n`);
    }
}
