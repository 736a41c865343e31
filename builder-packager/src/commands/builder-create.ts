import { type Command, InvalidArgumentError } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";

interface Options {
  readonly config: string;
  readonly lifecycle?: string;
  readonly label: Readonly<Record<string, string>>;
  readonly target?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly name?: string;
  readonly insecureRegistry: readonly string[];
}

/** `cnb builder create OUTPUT`: assembles a builder image without a daemon. */
export function register(program: Command): void {
  const builder = program.commands.find((command) => command.name() === "builder") ?? program.command("builder");
  builder.description("make builder images");
  builder
    .command("create")
    .description("assemble a builder from a build image, buildpacks and a lifecycle")
    .argument("<output>", "oci:DIR, oci-archive:FILE, docker-archive:FILE or REGISTRY/REPOSITORY:TAG")
    .option("-c, --config <file>", "what the builder is made of", "builder.toml")
    .option("--lifecycle <archive>", "a lifecycle release archive, FILE or URL, instead of the one in builder.toml")
    .option("--label <name=value>", "add a label; may be given several times", addLabel, {})
    .option("--target <os/arch[/variant]>", "the platform to assemble for, such as linux/arm64", parseTarget)
    .option("--name <name>", "the image's name inside of a layout or an archive")
    .option("--insecure-registry <host[:port]>", "a registry without TLS; may be given several times", addHost, [])
    .action(async (output: string, options: Options, command: Command) => create(output, options, contextOf(command)));
}

async function create(output: string, options: Options, context: CommandContext): Promise<void> {
  const { env, signal, reporter, stdout } = context;
  const oci = await import("../oci/index.ts");
  const { createBuilder } = await import("../builder/create-builder.ts");
  const { runImageWarnings } = await import("../builder/run-image-place.ts");
  const { cacheDir } = await import("../cache-dirs.ts");
  const { packageVersion } = await import("../version.ts");
  const reference = oci.parseImageReference(output);
  const { config, dir } = await readConfig(options, context);
  const registry = { env, signal, insecure: options.insecureRegistry };
  const image = await createBuilder(config, {
    ...{ dir, env, signal, reporter, registry },
    store: await oci.openBlobStore(cacheDir(env, "blobs")),
    lifecycleCacheDir: cacheDir(env, "lifecycle"),
    createdBy: packageVersion,
    labels: options.label,
    ...(options.target && { platform: options.target }),
  });
  reporter.step(`Writing ${output}`);
  const { manifestDigest } = await oci.writeImage(image, reference, {
    registry,
    ...(options.name && { name: options.name }),
  });
  for (const warning of await runImageWarnings(config, dir, reference)) reporter.warn(warning);
  stdout.write(`${manifestDigest}\n`);
}

async function readConfig({ config, lifecycle }: Options, { cwd }: CommandContext) {
  const { dirname, resolve } = await import("node:path");
  const { parseBuilderToml } = await import("../builder/builder-toml.ts");
  const { readConfigFile } = await import("../config/read-file.ts");
  const { CnbError } = await import("../errors.ts");
  const file = resolve(cwd, config);
  const text = await readConfigFile(file, {
    unreadable: (reason) =>
      new CnbError("ARGUMENT_INVALID", `cannot read ${config}: ${reason}`, {
        hint: "Name a builder.toml with --config.",
      }),
    tooLarge: (reason) =>
      new CnbError("BUILDER_CONFIG_INVALID", `${config} ${reason}`, { hint: "Give a builder.toml with --config." }),
  });
  const parsed = parseBuilderToml(text, config);
  if (lifecycle === undefined) return { config: parsed, dir: dirname(file) };
  const uri = /^(https?|file):\/\//i.test(lifecycle) ? lifecycle : resolve(cwd, lifecycle);
  return { config: { ...parsed, lifecycle: { uri } }, dir: dirname(file) };
}

function addLabel(text: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("It is not NAME=VALUE.");
  return { ...labels, [text.slice(0, equals)]: text.slice(equals + 1) };
}

const addHost = (host: string, hosts: readonly string[]): readonly string[] => [...hosts, host];

function parseTarget(text: string): NonNullable<Options["target"]> {
  const [os, architecture, variant, ...rest] = text.split("/");
  if (os !== "linux" || !architecture || rest.length > 0)
    throw new InvalidArgumentError("It is not linux/ARCH[/VARIANT].");
  return { os, architecture, ...(variant && { variant }) };
}
