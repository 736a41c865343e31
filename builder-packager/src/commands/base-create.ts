import type { Command } from "commander";
import type { BaseFlags } from "../base/base-plan.ts";
import { type CommandContext, contextOf } from "../cli-context.ts";

interface Options extends BaseFlags {
  readonly config?: string;
  readonly name?: string;
  readonly caCert: readonly string[];
  readonly allowExpired?: true;
}

const collect = (value: string, previous: readonly string[] = []): string[] => [...previous, value];

/** What the repeatable flags are when they are not given; as commander's defaults they would clutter the help. */
const noLists = {
  component: [],
  package: [],
  buildPackage: [],
  runPackage: [],
  without: [],
  mirror: [],
  caCert: [],
};

/** `cnb base create OUTPUT`: build and run images from packages of Debian or a distribution like it. */
export function register(program: Command): void {
  program
    .command("base")
    .description("make base images")
    .command("create")
    .description("make a build and a run image from packages of a distribution, without Docker or root")
    .argument(
      "<output>",
      "name of the images without -build and -run: oci:DIR, docker-archive:FILE or REGISTRY/REPOSITORY:TAG",
    )
    .option("-c, --config <file>", "read settings from a base.toml; flags override single values and extend lists")
    .option("--suite <name>", "code name of the distribution's suite, for example bookworm")
    .option("--component <name>", "component of the archive (repeatable)", collect)
    .option("-p, --package <name>", "package of both images (repeatable); what it depends on comes with it", collect)
    .option("--build-package <name>", "package of the build image alone (repeatable)", collect)
    .option("--run-package <name>", "package of the run image alone (repeatable)", collect)
    .option(
      "--without <name>",
      "package that no dependency brings in (repeatable): maintainer scripts never run",
      collect,
    )
    .option("--arch <architecture>", "amd64 or arm64 (default: this machine's)")
    .option(
      "--mirror <url>",
      'URL, or "URL SUITE [COMPONENT…]" (repeatable; default: $LIBCNB_DEBIAN_MIRROR, then apt\'s sources)',
      collect,
    )
    .option("--keyring <file>", "OpenPGP keys that may sign the archive's index (default: the host's archive keyrings)")
    .option("--ca-cert <file>", "PEM file that the images' CA bundle gets as well (repeatable)", collect)
    .option("--allow-expired", "accept an index that is older than its Valid-Until")
    .option("--id <id>", "value of the label io.buildpacks.base.id (default: libcnb.base.SUITE)")
    .option("--name <name>", "image name to record in a layout, for example localhost/libcnb/base")
    .option("--build-uid <number>", "user of the build image (default: 1001)")
    .option("--run-uid <number>", "user of the run image (default: 1002)")
    .option("--gid <number>", "group of both users (default: 1000)")
    .action(async (output: string, options: Partial<Options>, command: Command) =>
      create(output, { ...noLists, ...options }, contextOf(command)),
    );
}

async function create(output: string, options: Options, context: CommandContext): Promise<void> {
  const [{ createBaseImages }, { parseImageReference, formatImageReference }] = await Promise.all([
    import("../base/write-base.ts"),
    import("../oci/reference.ts"),
  ]);
  const { config, name, caCert, allowExpired = false, ...flags } = options;
  const written = await createBaseImages(
    {
      output: parseImageReference(output),
      configFile: config,
      name,
      certificateFiles: caCert,
      allowExpired,
      flags,
    },
    context,
  );
  for (const { reference, digest } of written) context.stdout.write(`${formatImageReference(reference)}@${digest}\n`);
}
