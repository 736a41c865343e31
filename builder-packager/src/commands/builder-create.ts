import { type Command, Option } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";
import { defined } from "../defined.ts";
import { type CompressionFlag, compressionFlag } from "./flags/compression-flag.ts";
import { addLabels, addListed, addValue } from "./flags/listed-values.ts";
import { type OutputSigningFlags, outputSigning, outputSigningFlags } from "./flags/output-signing.ts";
import { type RegistryFlags, registryFlags, verifyingOptions } from "./flags/registry-flags.ts";
import { policyFlag, unpublishedCheck } from "./policy/policy-flag.ts";
import { nounOf } from "./tree/noun.ts";

interface Options extends RegistryFlags, CompressionFlag, OutputSigningFlags {
  readonly config: string;
  readonly lifecycle?: string;
  readonly launcher: "lifecycle" | "none";
  readonly withCnb?: boolean;
  readonly label: Readonly<Record<string, string>>;
  readonly target: readonly string[];
  readonly tag: readonly string[];
  readonly flatten: readonly string[];
  readonly publish?: boolean;
  readonly appendImageNameSuffix?: boolean;
  readonly pullPolicy?: string;
  readonly buildpackRegistry?: string;
  readonly lock?: boolean;
  readonly updateLock?: boolean;
  readonly name?: string;
  readonly policy?: string;
}

/** `cnb builder create OUTPUT`: assembles a builder image without a daemon. */
export function register(program: Command): void {
  const command = nounOf(program, "builder")
    .description("create and inspect builder images")
    .command("create")
    .description("assemble a builder from a build image, buildpacks and a lifecycle")
    .argument(
      "<output>",
      "REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME",
    )
    .option("-c, --config <file>", "the builder's configuration", "builder.toml")
    .option(
      "--lifecycle <archive>",
      "the lifecycle to use instead of the one in builder.toml: FILE, URL or docker://IMAGE",
    )
    .addOption(
      new Option(
        "--launcher <kind>",
        "none: leave out the lifecycle; then only cnb build can use the builder, and each built image has only one process",
      )
        .choices(["lifecycle", "none"])
        .default("lifecycle")
        .conflicts("lifecycle"),
    )
    .option("--with-cnb", "add cnb and Node.js, so that jobs of CI systems and clusters can run cnb in the builder")
    .option("-l, --label <name=value>", "add a label (repeatable)", addLabels, {})
    .option(
      "-t, --target <os/arch[:distro@version]>",
      "platform to include (repeatable; default: [[targets]] of builder.toml, or else the platforms of the build image)",
      addListed,
      [],
    )
    .option("--tag <name>", "an additional name for the builder (repeatable)", addListed, [])
    .option("--flatten <id@version,…>", "put these buildpacks into one layer (repeatable)", addValue, [])
    .option("--publish", "write to a registry; the output must be an image name")
    .option("--append-image-name-suffix", "also write a tag for each platform, such as TAG-linux-arm64")
    .option("--lock", "use the versions in builder.lock next to builder.toml; create the file if it does not exist")
    .option("--update-lock", "rewrite builder.lock with the current versions")
    .addOption(policyFlag())
    .option("--name <name>", "the image's name inside an OCI layout or archive");
  registryFlags(outputSigningFlags(command.addOption(compressionFlag())))
    .addOption(new Option("--pull-policy <policy>", "accepted for compatibility with pack").hideHelp())
    .addOption(new Option("-R, --buildpack-registry <name>", "accepted for compatibility with pack").hideHelp())
    .action(async (output: string, options: Options, own: Command) => create(output, options, own));
}

async function create(output: string, options: Options, own: Command): Promise<void> {
  const context = contextOf(own);
  const { env, signal, reporter, stdout } = context;
  const [
    { openBlobStore },
    { parseImageReference },
    { createBuilders },
    writing,
    { refusePackFlags },
    { parseFlattenGroup },
    { parseBuilderTarget },
    cache,
  ] = await Promise.all([
    import("../oci/layers/blob-store.ts"),
    import("../oci/model/reference.ts"),
    import("../builder/create-builders.ts"),
    import("../builder/write-builder.ts"),
    import("../builder/toml/pack-flags.ts"),
    import("../builder/flatten.ts"),
    import("../builder/toml/targets.ts"),
    import("../cache-dirs.ts"),
  ]);
  const { packageVersion } = await import("../version.ts");
  const reference = parseImageReference(output);
  refusePackFlags(output, reference, options);
  const { tag: tags, name, appendImageNameSuffix: suffix = false } = options;
  const { registry, artifacts } = await outputSigning(
    options,
    {
      command: "builder create",
      own,
      outputs: [reference, ...tags.map(parseImageReference)],
      configFile: options.config,
      registry: await verifyingOptions(options, context),
    },
    context,
  );
  const location = { reference, tags, suffix, registry, artifacts, ...defined({ name }) };
  const request = { flatten: options.flatten.map(parseFlattenGroup), targets: options.target.map(parseBuilderTarget) };
  const { config, dir, lock } = await readConfig(options, context);
  const checkImages = await unpublishedCheck(options.policy, registry, context);
  const published = writing.askPublished(location);
  const index = await createBuilders(config, {
    ...request,
    dir,
    env,
    signal,
    reporter,
    registry,
    lock,
    store: await openBlobStore(cache.cacheDir(env, "blobs"), { compression: options.compression }),
    lifecycleCacheDir: cache.cacheDir(env, "lifecycle"),
    createdBy: packageVersion,
    labels: options.label,
    launcher: options.launcher,
    readCnb: options.withCnb ? await openCnb(context) : undefined,
  });
  await checkImages?.(index.images, output);
  if (await lock?.finish()) reporter.info(`Wrote ${options.config.replace(/\.toml$/, "")}.lock`);
  reporter.step(`Writing ${output}`);
  const written = await writing.writeBuilder(index, location, published);
  const { runImageWarnings } = await import("../builder/images/run-image-location.ts");
  for (const warning of await runImageWarnings(config, dir, reference)) reporter.warn(warning);
  for (const { location, isUnchanged } of written)
    if (isUnchanged) reporter.info(`${location} already contains this builder`);
  for (const { location, digest } of written) stdout.write(`${location}@${digest}\n`);
}

async function openCnb({ env, cwd, reporter }: CommandContext) {
  const { cnbReader } = await import("../builder/cnb/cnb-files.ts");
  return cnbReader({ env, cwd, reporter });
}

async function readConfig(options: Options, { cwd }: CommandContext) {
  const { dirname, resolve } = await import("node:path");
  const { parseBuilderToml } = await import("../builder/toml/builder-toml.ts");
  const { readConfigFile } = await import("../config/read-file.ts");
  const { lockFileFor, openLockFile } = await import("../config/lock-file.ts");
  const { CnbError } = await import("../errors.ts");
  const { config, lifecycle, lock, updateLock: renew = false } = options;
  const file = resolve(cwd, config);
  const text = await readConfigFile(file, {
    unreadable: (reason) =>
      new CnbError("ARGUMENT_INVALID", `cannot read ${config}: ${reason}`, {
        hint: "Pass the path of a builder.toml with --config.",
      }),
    tooLarge: (reason) =>
      new CnbError("BUILDER_CONFIG_INVALID", `${config} ${reason}`, {
        hint: "Pass the path of a builder.toml with --config.",
      }),
  });
  const parsed = parseBuilderToml(text, config);
  const locations = {
    dir: dirname(file),
    lock: lock || renew ? await openLockFile(lockFileFor(file), { renew, command: "cnb builder create" }) : undefined,
  };
  if (lifecycle === undefined) return { config: parsed, ...locations };
  const uri = /^(https?|file|docker):\/\//i.test(lifecycle) ? lifecycle : resolve(cwd, lifecycle);
  return { config: { ...parsed, lifecycle: { uri } }, ...locations };
}
