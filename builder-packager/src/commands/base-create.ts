import type { Command } from "commander";
import type { BaseFlags } from "../base/base-plan.ts";
import { type CommandContext, contextOf } from "../cli-context.ts";
import { type CompressionFlag, compressionFlag } from "./compression-flag.ts";
import { addValue } from "./listed-values.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./registry-flags.ts";

interface Options extends BaseFlags, RegistryFlags, CompressionFlag {
  readonly config?: string;
  readonly name?: string;
  readonly caCert?: readonly string[];
  readonly file?: readonly string[];
  readonly allowExpired?: true;
  readonly lock?: true;
  readonly updateLock?: true;
  readonly sbomOutputDir?: string;
}

/** `cnb base create OUTPUT`: build and run images from packages of Debian or a distribution like it. */
export function register(program: Command): void {
  const create = program
    .command("base")
    .description("make base images")
    .command("create")
    .description("make a build and a run image from packages of a distribution, without Docker or root")
    .argument(
      "<output>",
      "name of the images without -build and -run: oci:DIR, docker-archive:FILE or REGISTRY/REPOSITORY:TAG",
    );
  for (const flags of [packageFlags, contentFlags, imageFlags, registryFlags]) flags(create);
  create.addOption(compressionFlag());
  create.action(async (output: string, options: Options, command: Command) =>
    createImages(output, options, contextOf(command)),
  );
}

const packageFlags = (command: Command): Command =>
  command
    .option("-c, --config <file>", "read settings from a base.toml; flags override single values and extend lists")
    .option("--suite <name>", "code name of the distribution's suite, for example bookworm")
    .option("--component <name>", "component of the archive (repeatable)", addValue)
    .option("-p, --package <name>", "package of both images (repeatable); what it depends on comes with it", addValue)
    .option("--build-package <name>", "package of the build image alone (repeatable)", addValue)
    .option("--run-package <name>", "package of the run image alone (repeatable)", addValue)
    .option(
      "--without <name>",
      "package that no dependency brings in (repeatable): maintainer scripts never run",
      addValue,
    )
    .option("--variant <name>", "minimal, distroless (no shell) or full (essential packages, dpkg) (default: minimal)")
    .option(
      "--arch <architecture>",
      "amd64 or arm64 (repeatable: several make an index; default: this machine's)",
      addValue,
    )
    .option("--extend <image>", "add the packages to this image of the same distribution")
    .option(
      "--mirror <url>",
      'URL, folder, or "URL SUITE [COMPONENT…]" (repeatable; default: $LIBCNB_DEBIAN_MIRROR, then apt\'s sources)',
      addValue,
    )
    .option("--keyring <file>", "OpenPGP keys that may sign the archive's index (default: the host's archive keyrings)")
    .option("--allow-expired", "accept an index that is older than its Valid-Until")
    .option("--allow-unsigned", "accept packages of a folder or an archive that nobody signed")
    .option("--lock", "take the versions of the lock file beside base.toml, or write it when it is not there")
    .option("--update-lock", "write the lock file anew, with the versions of today");

const contentFlags = (command: Command): Command =>
  command
    .option("--ca-cert <file>", "PEM file that the images' CA bundle gets as well (repeatable)", addValue)
    .option("--file <source:path[:mode[:owner]]>", "file or folder that both images get (repeatable)", addValue)
    .option("--timezone <name>", "time zone of both images, for example Europe/Berlin")
    .option("--locale <name>", "locale of both images (default: C.UTF-8 where libc-bin is)");

const imageFlags = (command: Command): Command =>
  command
    .option("--env <name=value>", "environment variable of both images (repeatable)", addValue)
    .option("--label <name=value>", "label of both images (repeatable)", addValue)
    .option("--id <id>", "value of the label io.buildpacks.base.id (default: libcnb.base.SUITE)")
    .option("--name <name>", "image name to record in a layout, for example localhost/libcnb/base")
    .option("--build-uid <number>", "user of the build image (default: 1001)")
    .option("--run-uid <number>", "user of the run image (default: 1002)")
    .option("--gid <number>", "group of both users (default: 1000)")
    .option("--sbom-output-dir <dir>", "write the SBOMs of the images there as well");

async function createImages(output: string, options: Options, context: CommandContext): Promise<void> {
  const [{ createBaseImages }, { parseImageReference, formatImageReference }] = await Promise.all([
    import("../base/write-base.ts"),
    import("../oci/reference.ts"),
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
  const registry = await registryOptions({ ...options, registryCaCert: options.registryCaCert ?? [] }, context);
  const written = await createBaseImages(
    {
      output: parseImageReference(output),
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
    { ...context, registry },
  );
  for (const { reference, digest } of written) context.stdout.write(`${formatImageReference(reference)}@${digest}\n`);
}
