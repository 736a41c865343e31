import type { Command } from "commander";
import { contextOf } from "../cli-context.ts";
import { checkedExecEnv, creationTime } from "./build-flags.ts";
import { cacheOf } from "./cache-flags.ts";
import { type CompressionFlag, compressionFlag } from "./compression-flag.ts";
import { given } from "./given.ts";
import { backendFlag, parseDuration, parseSize } from "./limit-flags.ts";
import { addListed, addValue } from "./listed-values.ts";
import { noEnvFile } from "./no-env-file.ts";
import { type RegistryFlags, registryFlags, registryOptions } from "./registry-flags.ts";

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
    .description("build an application into an image with the buildpacks of a builder, without Docker")
    .argument(
      "<image>",
      "where to write it: oci:DIR, oci-archive:FILE, docker-archive:FILE, docker-daemon:NAME or REGISTRY/REPOSITORY:TAG",
    )
    .option("-p, --path <dir>", "the application's folder", ".")
    .option("-B, --builder <image>", "the builder, for example oci:dist/demo/builder (default: project.toml's)")
    .option("-d, --descriptor <file>", "the project descriptor (default: project.toml of the application)")
    .option(
      "-b, --buildpack <place>",
      "a buildpack in place of the builder's order: id@version of the builder, a folder, also of TypeScript, an archive, a .cnb file, an image; from=builder is that order; repeatable, or with commas",
      addListed,
      [],
    )
    .option("--pre-buildpack <place>", "a buildpack before each group of the builder's order", addValue, [])
    .option("--post-buildpack <place>", "a buildpack after each group of the builder's order", addValue, [])
    .option(
      "--extension <place>",
      "an image extension in place of the builder's order of them, named as a buildpack; repeatable, or with commas",
      addListed,
      [],
    )
    .option("--disable-system-buildpacks", "leave out the builder's system buildpacks")
    .option("--run-image <image>", "the image to build upon (default: the builder's own)")
    .option("-e, --env <name[=value]>", "a variable for the buildpacks (repeatable)", addValue, [])
    .option("--env-from <file>", "variables for the buildpacks, one NAME=VALUE a line", addValue, [])
    .option("--exec-env <name>", "what the image is for: production, test or a word of your own", checkedExecEnv)
    .option(
      "--binding <dir>",
      "a service binding, or a folder of some, for the buildpacks alone (repeatable)",
      addValue,
      [],
    )
    .option(
      "--volume <src:dst[:rw]>",
      "a file or folder for the buildpacks alone, read-only or not (repeatable)",
      addValue,
      [],
    )
    .option(
      "--creation-time <time>",
      "what the image says: now, seconds since 1970, or 2026-01-31T12:00:00Z",
      creationTime,
    )
    .option("--report <file>", "where to write the lifecycle's report.toml: names and digest of the image")
    .option("--sbom-output-dir <dir>", "where to write all bills of materials")
    .option("--clear-cache", "begin as if the application was never built before")
    .option("--workspace <dir>", "where the application lies in the image (default: /workspace)")
    .option("-D, --default-process <type>", "the process that starts by default")
    .option("-t, --tag <image>", "a further place to write the image to (repeatable)", addValue, [])
    .option("--previous-image <image>", "whose layers are reused (default: what is at <image>)")
    .option("--cache <place>", "what keeps cache layers: a folder, or an image in a registry (default: in cnb's cache)")
    .option("--cache-image <image>", "an image in a registry that keeps cache layers")
    .addOption(compressionFlag())
    .option("--network <kind>", "host or none", "host")
    .addOption(backendFlag("direct"))
    .option("--memory <size>", "what a buildpack may take of memory, such as 512m or 4g", parseSize)
    .option("--timeout <time>", "how long the build may take, such as 90s, 10m or 1h", parseDuration)
    .option(
      "--ca-cert <file>",
      "a certificate authority that buildpacks trust during the build (repeatable)",
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
    import("../oci/reference.ts"),
    import("../platform/user-env.ts"),
    import("../platform/volumes.ts"),
    import("./check-network.ts"),
  ]);
  checkNetwork(options.network);
  const imageIn = (text: string | undefined) => (text ? parseImageReference(text) : undefined);
  const { manifestDigest } = await buildImage({
    app: options.path,
    output: parseImageReference(image),
    tags: options.tag.map(parseImageReference),
    ...given({
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
