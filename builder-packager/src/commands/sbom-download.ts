import { type Command, Option } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import { parsePlatform } from "./flags/inspect-flags.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./flags/registry-flags.ts";

interface Flags extends RegistryFlags {
  readonly outputDir: string;
  readonly format?: "cyclonedx" | "spdx" | "syft";
  readonly merge?: boolean;
  readonly attach?: boolean;
  readonly platform?: Platform;
}

/** `cnb sbom download IMAGE`: writes the SBOMs of an image to files, and prints their paths. */
export function register(program: Command): void {
  const sbom = program.commands.find((each) => each.name() === "sbom") ?? program.command("sbom");
  const command = sbom
    .description("download the SBOMs of images")
    .command("download")
    .description("write the SBOMs of an image to files")
    .argument(
      "<image>",
      "REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME",
    )
    .option("-o, --output-dir <dir>", "the output directory", ".")
    .addOption(
      new Option("--format <format>", "write only the SBOMs in this format").choices(["cyclonedx", "spdx", "syft"]),
    )
    .option("--merge", "write one merged file per format for the whole image, including the packages of its run image")
    .option("--attach", "attach the merged SBOMs to the image in its registry as referrers")
    .option(
      "--platform <os/arch>",
      "platform to select from a multi-platform image (default: this machine's)",
      parsePlatform,
    );
  registryFlags(command).action(download);
}

async function download(name: string, flags: Flags, command: Command): Promise<void> {
  const context = contextOf(command);
  const { downloadSbom } = await import("../sbom/download.ts");
  const written = await downloadSbom(await referenceOf(name, context), {
    dir: flags.outputDir,
    format: flags.format === "cyclonedx" ? "cdx" : flags.format,
    merge: flags.merge ?? false,
    attach: flags.attach ?? false,
    platform: flags.platform,
    registry: await registryOptions(flags, context),
  });
  for (const line of written) context.stdout.write(`${line}\n`);
}

/** Resolves a name; an existing path takes precedence over a registry, as for inspections. */
async function referenceOf(name: string, { cwd }: CommandContext): Promise<ImageReference> {
  const { locationOf } = await import("../inspect/inspected-location.ts");
  const location = await locationOf(name, cwd);
  if (location.kind === "image") return location.reference;
  const { CnbError } = await import("../errors.ts");
  throw new CnbError("IMAGE_NOT_FOUND", `${name} is a source directory, not an image`, {
    hint: "Pass an image: REGISTRY/REPOSITORY:TAG, oci:DIR or an archive.",
  });
}
