import type { Command } from "commander";
import type { BaseFlags } from "../base/flag-values.ts";
import { contextOf } from "../cli-context.ts";
import { type CompressionFlag, compressionFlag } from "./flags/compression-flag.ts";
import { addValue } from "./flags/listed-values.ts";
import { type OutputSigningFlags, outputSigning, outputSigningFlags } from "./flags/output-signing.ts";
import { type RegistryFlags, registryFlags, verifyingOptions } from "./flags/registry-flags.ts";

interface Options extends BaseFlags, RegistryFlags, CompressionFlag, OutputSigningFlags {
  readonly config?: string;
  readonly name?: string;
  readonly caCert?: readonly string[];
  readonly file?: readonly string[];
  readonly allowExpired?: true;
  readonly lock?: true;
  readonly updateLock?: true;
  readonly sbomOutputDir?: string;
}

/**
 * `cnb base create OUTPUT`: creates build and run images from packages of Debian or of a derived
 * distribution.
 */
export function register(program: Command): void {
  const create = program
    .command("base")
    .description("create base images")
    .command("create")
    .description("create a build and a run image from distribution packages, without Docker or root")
    .argument(
      "<output>",
      "image name without the suffixes -build and -run: oci:DIR, docker-archive:FILE or REGISTRY/REPOSITORY:TAG",
    );
  for (const flags of [packageFlags, contentFlags, imageFlags, outputSigningFlags, registryFlags]) flags(create);
  create.addOption(compressionFlag());
  create.action(async (output: string, options: Options, command: Command) => createImages(output, options, command));
}

const packageFlags = (command: Command): Command =>
  command
    .option("-c, --config <file>", "read settings from a base.toml; flags replace single values and add to lists")
    .option("--suite <name>", "code name of the distribution release, for example bookworm")
    .option("--component <name>", "component of the distribution's archive, such as main (repeatable)", addValue)
    .option("-p, --package <name>", "package for both images, with its dependencies (repeatable)", addValue)
    .option("--build-package <name>", "package for the build image only (repeatable)", addValue)
    .option("--run-package <name>", "package for the run image only (repeatable)", addValue)
    .option("--without <name>", "package to exclude even if another package depends on it (repeatable)", addValue)
    .option("--variant <name>", "minimal, distroless (no shell) or full (essential packages, dpkg) (default: minimal)")
    .option(
      "--arch <architecture>",
      "amd64 or arm64 (repeatable: several produce an image index; default: this machine's)",
      addValue,
    )
    .option("--extend <image>", "image of the same distribution to add the packages to")
    .option(
      "--mirror <url>",
      'mirror as URL, directory, or "URL SUITE [COMPONENT…]" (repeatable; default: $LIBCNB_DEBIAN_MIRROR, then apt\'s sources)',
      addValue,
    )
    .option("--keyring <file>", "OpenPGP keys trusted to sign the archive index (default: the host's archive keyrings)")
    .option("--allow-expired", "accept an archive index whose Valid-Until date has passed")
    .option("--allow-unsigned", "accept an unsigned directory or archive of packages")
    .option("--lock", "use the versions in the lock file next to base.toml; create the file if it does not exist")
    .option("--update-lock", "rewrite the lock file with today's versions");

const contentFlags = (command: Command): Command =>
  command
    .option("--ca-cert <file>", "PEM file to add to the CA bundle of both images (repeatable)", addValue)
    .option("--file <source:path[:mode[:owner]]>", "file or directory to copy into both images (repeatable)", addValue)
    .option("--timezone <name>", "time zone of both images, for example Europe/Berlin")
    .option("--locale <name>", "locale of both images (default: C.UTF-8 if libc-bin is installed)");

const imageFlags = (command: Command): Command =>
  command
    .option("--env <name=value>", "environment variable of both images (repeatable)", addValue)
    .option("--label <name=value>", "label of both images (repeatable)", addValue)
    .option("--id <id>", "value of the label io.buildpacks.base.id (default: libcnb.base.SUITE)")
    .option("--name <name>", "image name to record in a layout, for example localhost/libcnb/base")
    .option("--build-uid <number>", "id of the user of the build image (default: 1001)")
    .option("--run-uid <number>", "id of the user of the run image (default: 1002)")
    .option("--gid <number>", "id of the group of both users (default: 1000)")
    .option("--sbom-output-dir <dir>", "also write the SBOMs of the images to this directory");

async function createImages(output: string, options: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const [{ createBaseImages }, { parseImageReference, formatImageReference }] = await Promise.all([
    import("../base/write-base.ts"),
    import("../oci/model/reference.ts"),
  ]);
  const {
    config,
    name,
    caCert = [],
    file = [],
    allowExpired = false,
    lock,
    updateLock,
    sbomOutputDir,
    compression,
    ...flags
  } = options;
  const reference = parseImageReference(output);
  const { registry, artifacts } = await outputSigning(
    options,
    {
      command: "base create",
      own: command,
      outputs: [reference],
      configFile: config,
      registry: await verifyingOptions({ ...options, registryCaCert: options.registryCaCert ?? [] }, context),
    },
    context,
  );
  const written = await createBaseImages(
    {
      output: reference,
      configFile: config,
      name,
      certificateFiles: caCert,
      files: file,
      allowExpired,
      flags,
      compression,
      lock: updateLock ? "renew" : lock && "honour",
      sbomDir: sbomOutputDir,
    },
    { ...context, registry, artifacts },
  );
  for (const { reference, digest } of written) context.stdout.write(`${formatImageReference(reference)}@${digest}\n`);
}
