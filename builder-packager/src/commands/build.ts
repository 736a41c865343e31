import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { checkedExecEnv, creationTime } from "./flags/build-flags.ts";
import { cacheOf } from "./flags/cache-flags.ts";
import { type CompressionFlag, compressionFlag } from "./flags/compression-flag.ts";
import { defined } from "./flags/defined.ts";
import { backendFlag, parseDuration, parseSize } from "./flags/limit-flags.ts";
import { addListed, addValue } from "./flags/listed-values.ts";
import { noEnvFile } from "./flags/no-env-file.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./flags/registry-flags.ts";

interface Options extends RegistryFlags, CompressionFlag {
  readonly path: string;
  readonly builder?: string;
  readonly descriptor?: string;
  readonly buildpack: readonly string[];
  readonly preBuildpack: readonly string[];
  readonly postBuildpack: readonly string[];
  readonly extension: readonly string[];
  readonly disableSystemBuildpacks?: boolean;
  readonly execEnv?: string;
  readonly binding: readonly string[];
  readonly volume: readonly string[];
  readonly creationTime?: Date;
  readonly report?: string;
  readonly sbomOutputDir?: string;
  readonly runImage?: string;
  readonly env: readonly string[];
  readonly envFrom: readonly string[];
  readonly clearCache?: boolean;
  readonly defaultProcess?: string;
  readonly tag: readonly string[];
  readonly previousImage?: string;
  readonly cache?: string;
  readonly cacheImage?: string;
  readonly workspace?: string;
  readonly network: string;
  readonly backend?: string;
  readonly memory?: number;
  readonly timeout?: number;
  readonly caCert: readonly string[];
}

/** `cnb build IMAGE --path APP --builder BUILDER`: the manifest's digest on stdout, everything else on stderr. */
export function register(program: Command): void {
  const command = program
    .command("build")
    .description("build an app into an image with a builder's buildpacks, without Docker")
    .argument(
      "<image>",
      "the image to write: oci:DIR, oci-archive:FILE, docker-archive:FILE, docker-daemon:NAME or REGISTRY/REPOSITORY:TAG",
    )
    .option("-p, --path <dir>", "the app's directory", ".")
    .option(
      "-B, --builder <image>",
      "the builder, for example oci:dist/demo/builder (default: the one in project.toml)",
    )
    .option("-d, --descriptor <file>", "the project descriptor (default: project.toml in the app's directory)")
    .option(
      "-b, --buildpack <place>",
      "a buildpack to use instead of the builder's order: ID@VERSION of the builder, a directory (also TypeScript source), an archive, a .cnb file or an image; from=builder inserts the builder's order (repeatable or comma-separated)",
      addListed,
      [],
    )
    .option("--pre-buildpack <place>", "a buildpack to run before each group of the builder's order", addValue, [])
    .option("--post-buildpack <place>", "a buildpack to run after each group of the builder's order", addValue, [])
    .option(
      "--extension <place>",
      "an image extension to use instead of the builder's extensions, in the same forms as --buildpack (repeatable or comma-separated)",
      addListed,
      [],
    )
    .option("--disable-system-buildpacks", "do not run the builder's system buildpacks")
    .option("--run-image <image>", "the run image (default: the one the builder names)")
    .option(
      "-e, --env <name[=value]>",
      "environment variable for the buildpacks; without a value it is taken from the environment (repeatable)",
      addValue,
      [],
    )
    .option(
      "--env-from <file>",
      "file with environment variables for the buildpacks, one NAME=VALUE per line",
      addValue,
      [],
    )
    .option("--exec-env <name>", "execution environment: production, test or a custom name", checkedExecEnv)
    .option(
      "--binding <dir>",
      "a service binding, or a directory of service bindings, for the buildpacks only (repeatable)",
      addValue,
      [],
    )
    .option(
      "--volume <src:dst[:rw]>",
      "a file or directory to mount for the buildpacks, read-only unless :rw (repeatable)",
      addValue,
      [],
    )
    .option(
      "--creation-time <time>",
      "creation time recorded in the image: now, seconds since 1970, or 2026-01-31T12:00:00Z",
      creationTime,
    )
    .option("--report <file>", "file for the lifecycle's report.toml: the image's names and digest")
    .option("--sbom-output-dir <dir>", "directory for the SBOMs")
    .option("--clear-cache", "ignore the previous image and the cache")
    .option("--workspace <dir>", "the app's directory in the image (default: /workspace)")
    .option("-D, --default-process <type>", "the default process")
    .option("-t, --tag <image>", "an additional name to write the image to (repeatable)", addValue, [])
    .option("--previous-image <image>", "the image whose layers are reused (default: <image>)")
    .option(
      "--cache <place>",
      "where cache layers are stored: a directory, or an image in a registry (default: cnb's cache)",
    )
    .option("--cache-image <image>", "an image in a registry to store cache layers in")
    .addOption(compressionFlag())
    .option("--network <kind>", "host or none", "host")
    .addOption(backendFlag("direct"))
    .option("--memory <size>", "memory limit for each buildpack, such as 512m or 4g", parseSize)
    .option("--timeout <time>", "time limit for the build, such as 90s, 10m or 1h", parseDuration)
    .option(
      "--ca-cert <file>",
      "a CA certificate that the buildpacks trust during the build (repeatable)",
      addValue,
      [],
    )
    .addOption(noEnvFile());
  registryFlags(command).action(build);
}

async function build(image: string, options: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const { reporter, env, stdout, signal } = context;
  const [{ buildImage }, { parseImageReference }, { userEnv }, { parseVolume }, { checkNetwork }] = await Promise.all([
    import("../project/build-image.ts"),
    import("../oci/model/reference.ts"),
    import("../platform/user-env.ts"),
    import("../platform/mounts/volumes.ts"),
    import("./flags/check-network.ts"),
  ]);
  checkNetwork(options.network);
  const imageIn = (text: string | undefined) => (text ? parseImageReference(text) : undefined);
  const { manifestDigest } = await buildImage({
    app: options.path,
    output: parseImageReference(image),
    tags: options.tag.map(parseImageReference),
    ...defined({
      builder: imageIn(options.builder),
      runImage: imageIn(options.runImage),
      previousImage: imageIn(options.previousImage),
      descriptor: options.descriptor,
      execEnv: options.execEnv,
      creationTime: options.creationTime,
      reportFile: options.report,
      sbomDir: options.sbomOutputDir,
      workspace: options.workspace,
      defaultProcess: options.defaultProcess,
      backend: options.backend,
      memoryBytes: options.memory,
      timeoutMs: options.timeout,
    }),
    buildpacks: options.buildpack,
    preBuildpacks: options.preBuildpack,
    postBuildpacks: options.postBuildpack,
    extensions: options.extension,
    systemBuildpacks: !options.disableSystemBuildpacks,
    bindings: options.binding,
    volumes: options.volume.map(parseVolume),
    userEnv: await userEnv({ files: options.envFrom, variables: options.env }, env),
    clearCache: options.clearCache ?? false,
    ...(await cacheOf(options)),
    compression: options.compression,
    certificates: options.caCert,
    network: options.network === "host",
    registry: await registryOptions(options, context),
    env,
    reporter,
    signal,
  });
  stdout.write(`${manifestDigest}\n`);
}
