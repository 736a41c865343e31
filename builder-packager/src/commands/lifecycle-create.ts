import { type Command, InvalidArgumentError } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";
import { defined } from "../defined.ts";
import type { Platform } from "../oci/model/spec.ts";
import { type CompressionFlag, compressionFlag } from "./flags/compression-flag.ts";
import { parsePlatform } from "./flags/inspect-flags.ts";
import { addLabels, addListed } from "./flags/listed-values.ts";
import { type RegistryFlags, registryFlags, verifyingOptions } from "./flags/registry-flags.ts";
import { nounOf } from "./tree/noun.ts";

interface Options extends RegistryFlags, CompressionFlag {
  readonly lifecycle?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly label: Readonly<Record<string, string>>;
  readonly target: readonly Platform[];
  readonly tag: readonly string[];
  readonly name?: string;
}

const addPlatform = (text: string, before: readonly Platform[]): readonly Platform[] => [
  ...before,
  parsePlatform(text),
];

/** Values may contain commas and equals signs. */
function addVariable(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("Use NAME=VALUE.");
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** `cnb lifecycle create OUTPUT`: creates the image of a lifecycle, without a daemon. */
export function register(program: Command): void {
  const command = nounOf(program, "lifecycle")
    .description("create images of the lifecycle")
    .command("create")
    .description("create a lifecycle image for kpack, Tekton or pack build --lifecycle-image")
    .argument(
      "<output>",
      "REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME",
    )
    .option(
      "--lifecycle <source>",
      "the lifecycle: a version such as 0.21.0, FILE, URL or docker://IMAGE (default: the version that cnb builder create uses)",
    )
    .option(
      "-e, --env <name=value>",
      "environment variable for the lifecycle's phases, such as DOCKER_API_VERSION=1.41 (repeatable)",
      addVariable,
      {},
    )
    .option("-l, --label <name=value>", "add a label (repeatable)", addLabels, {})
    .option("-t, --target <os/arch>", "platform to include (repeatable; default: this machine's)", addPlatform, [])
    .option("--tag <name>", "an additional name for the image (repeatable)", addListed, [])
    .option("--name <name>", "the image's name inside an OCI layout or archive");
  registryFlags(command.addOption(compressionFlag())).action(async (output: string, options: Options, own: Command) =>
    create(output, options, contextOf(own)),
  );
}

async function create(output: string, options: Options, context: CommandContext): Promise<void> {
  const { env, signal, reporter, stdout, cwd } = context;
  const [{ openBlobStore }, { parseImageReference }, { createLifecycleImage, lifecycleNamed }, writing, cache] =
    await Promise.all([
      import("../oci/layers/blob-store.ts"),
      import("../oci/model/reference.ts"),
      import("../builder/create-lifecycle-image.ts"),
      import("../builder/write-builder.ts"),
      import("../cache-dirs.ts"),
    ]);
  const registry = await verifyingOptions(options, context);
  const { tag: tags, name } = options;
  const location = { reference: parseImageReference(output), tags, suffix: false, registry, ...defined({ name }) };
  const published = writing.askPublished(location);
  const index = await createLifecycleImage(lifecycleNamed(options.lifecycle, cwd), {
    platforms: await platformsOf(options.target),
    env,
    signal,
    reporter,
    registry,
    store: await openBlobStore(cache.cacheDir(env, "blobs"), { compression: options.compression }),
    lifecycleCacheDir: cache.cacheDir(env, "lifecycle"),
    variables: options.env,
    labels: options.label,
  });
  reporter.step(`Writing ${output}`);
  const written = await writing.writeBuilder(index, location, published);
  for (const { location, isUnchanged } of written)
    if (isUnchanged) reporter.info(`${location} already contains this lifecycle`);
  for (const { location, digest } of written) stdout.write(`${location}@${digest}\n`);
}

async function platformsOf(asked: readonly Platform[]): Promise<readonly Platform[]> {
  const { formatPlatform, hostPlatform } = await import("../oci/model/image-platform.ts");
  const named = new Map(asked.map((platform) => [formatPlatform(platform), platform]));
  return named.size > 0 ? [...named.values()] : [hostPlatform()];
}
