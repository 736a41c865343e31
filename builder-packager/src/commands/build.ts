import { type Command, Option } from "commander";
import { contextOf } from "../cli-context.ts";
import { defined } from "../defined.ts";
import type { LayerCompression } from "../oci/layers/blob-store.ts";
import type { Image } from "../oci/model/image.ts";
import { type OutputFormat, outputFormats } from "../outputs/formats.ts";
import type { BuildImageOptions } from "../platform/build-options.ts";
import { checkedExecEnv, creationTime } from "./flags/build-flags.ts";
import { buildpackFlags } from "./flags/buildpack-flags.ts";
import { cacheOf } from "./flags/cache-flags.ts";
import { compressionFlag } from "./flags/compression-flag.ts";
import { defaultBuilder } from "./flags/default-builder.ts";
import { addFlags, type FlagTable, inputsOf, list, parsed, shared, text, toggle } from "./flags/flag-table.ts";
import { imageName } from "./flags/image-name.ts";
import { backendFlag, parseDuration, parseSize } from "./flags/limit-flags.ts";
import { noEnvFile } from "./flags/no-env-file.ts";
import { type OutputSigningFlags, outputSigning, outputSigningOptions } from "./flags/output-signing.ts";
import { type RegistryFlags, registryFlags, verifyingOptions } from "./flags/registry-flags.ts";
import { type SignerFlags, signerIdentities } from "./flags/signer-flags.ts";
import { policyFlag, unpublishedCheck } from "./policy/policy-flag.ts";

/**
 * Options that are not inputs by themselves: `env` and `envFrom` are combined to one input, and so
 * are `cache` and `cacheImage`. The command checks `policy`, opens `signKey` and writes `outputFile`.
 */
interface Options extends RegistryFlags, OutputSigningFlags, SignerFlags {
  readonly env: readonly string[];
  readonly envFrom: readonly string[];
  readonly cache?: string;
  readonly cacheImage?: string;
  readonly policy?: string;
  readonly outputFile?: string;
  readonly outputFormat?: OutputFormat;
}

const combined = () => ({});

const outputFormatFlag = (): Option =>
  new Option(
    "--output-format <format>",
    "format of --output-file (default: json for a .json file, dotenv for a .env file)",
  ).choices(outputFormats);

const table: FlagTable<BuildImageOptions> = {
  Inputs: [
    shared(new Option("-p, --path <dir>", "the app's directory").default("."), (app: string) => ({ app })),
    text(
      "-d, --descriptor <file>",
      "the project descriptor (default: project.toml in the app's directory)",
      (descriptor) => ({ descriptor }),
    ),
    list(
      "-e, --env <name[=value]>",
      "environment variable for the buildpacks; without =VALUE, cnb copies the variable from its environment (repeatable)",
      combined,
    ),
    list(
      "--env-from <file>",
      "file with environment variables for the buildpacks, one NAME=VALUE per line (repeatable)",
      combined,
    ),
    parsed(
      "--exec-env <name>",
      "execution environment: production, test or a custom name",
      checkedExecEnv,
      (execEnv) => ({ execEnv }),
    ),
    list(
      "--binding <dir>",
      "directory of a service binding, or a directory with several; only the buildpacks see it, not the app (repeatable)",
      (bindings) => ({ bindings }),
    ),
    list(
      "--volume <src:dst[:rw]>",
      "a file or directory to mount for the buildpacks, read-only unless :rw (repeatable)",
      async (volumes) => {
        const { parseVolume } = await import("../platform/mounts/volumes.ts");
        return { volumes: volumes.map(parseVolume) };
      },
    ),
    text("--workspace <dir>", "the app's directory in the image (default: /workspace)", (workspace) => ({ workspace })),
  ],
  Buildpacks: buildpackFlags,
  Output: [
    list("-t, --tag <image>", "an additional name to write the image to (repeatable)", async (names) => ({
      tags: await Promise.all(names.map(imageName)),
    })),
    text("-D, --default-process <type>", "the process type that starts by default", (defaultProcess) => ({
      defaultProcess,
    })),
    parsed(
      "--creation-time <time>",
      "creation time recorded in the image: now, seconds since 1970, or 2026-01-31T12:00:00Z (default: SOURCE_DATE_EPOCH, or else 1980-01-01)",
      creationTime,
      (time) => ({ creationTime: time }),
    ),
    shared(compressionFlag(), (compression: LayerCompression) => ({ compression })),
    text(
      "--report <file>",
      "file to write the image's names and digest to, in the format of the lifecycle's report.toml",
      (reportFile) => ({
        reportFile,
      }),
    ),
    text(
      "--output-file <file>",
      "file to write the image's name, digest and reference to, for later steps of a CI job",
      (file) => ({
        ownFiles: [file],
      }),
    ),
    shared(outputFormatFlag(), combined),
    text("--sbom-output-dir <dir>", "directory to write the SBOMs to", (sbomDir) => ({ sbomDir })),
    shared(policyFlag(), combined),
    ...outputSigningOptions().map((option) => shared<unknown, BuildImageOptions>(option, combined)),
  ],
  Cache: [
    text(
      "--previous-image <image>",
      "image from an earlier build, whose unchanged layers are reused (default: <image>)",
      async (name) => ({
        previousImage: await imageName(name),
      }),
    ),
    toggle("--clear-cache", "ignore the previous image and the cache", (clearCache) => ({ clearCache })),
    text(
      "--cache <location>",
      "directory or image in a registry that stores the cache layers (default: a directory in cnb's cache)",
      combined,
    ),
    text("--cache-image <image>", "image in a registry that stores the cache layers", combined),
  ],
  Sandbox: [
    shared(backendFlag("direct"), (backend: string) => ({ backend })),
    shared(
      new Option("--network <kind>", "network for the buildpacks: host or none").default("host"),
      async (network: string) => {
        const { checkNetwork } = await import("./flags/check-network.ts");
        checkNetwork(network);
        return { network: network === "host" };
      },
    ),
    parsed("--memory <size>", "memory limit for each buildpack, such as 512m or 4g", parseSize, (memoryBytes) => ({
      memoryBytes,
    })),
    parsed("--timeout <time>", "time limit for the build, such as 90s, 10m or 1h", parseDuration, (timeoutMs) => ({
      timeoutMs,
    })),
    list(
      "--ca-cert <file>",
      "a CA certificate that the buildpacks trust during the build (repeatable)",
      (certificates) => ({ certificates }),
    ),
  ],
  Debugging: [
    toggle(
      "--shell-on-failure",
      "if an executable of a buildpack fails, start a shell in its sandbox",
      (shellOnFailure) => ({ shellOnFailure }),
    ),
    toggle("--keep-workdir", "keep the temporary directories of the build, and print their paths", (keepWorkDir) => ({
      keepWorkDir,
    })),
  ],
};

/**
 * `cnb build IMAGE --path APP --builder BUILDER`: builds an image. Prints the manifest's digest to
 * stdout, and everything else to stderr.
 */
export function register(program: Command): void {
  const command = program
    .command("build")
    .description("build an app into an image with a builder's buildpacks, without Docker")
    .argument(
      "<image>",
      "the image to write: oci:DIR, oci-archive:FILE, docker-archive:FILE, docker-daemon:NAME or REGISTRY/REPOSITORY:TAG",
    );
  addFlags(command, table).addOption(noEnvFile()).optionsGroup("Registry:");
  registryFlags(command).action(build);
}

async function build(name: string, options: Options, command: Command): Promise<void> {
  const context = contextOf(command);
  const { reporter, env, stdout, signal } = context;
  const [{ buildImage }, { userEnv }, outputs] = await Promise.all([
    import("../project/build-image.ts"),
    import("../platform/user-env.ts"),
    import("../outputs/output-file.ts"),
  ]);
  const output = await imageName(name);
  const destination = outputs.outputDestination(options.outputFile, options.outputFormat);
  if (destination) await outputs.checkOutputFile(destination, output);
  const verifyIdentities = signerIdentities(options);
  const { app = ".", ...inputs } = await inputsOf(table, command.opts());
  const { registry, artifacts } = await outputSigning(
    options,
    {
      command: "build",
      own: command,
      outputs: [output, ...(inputs.tags ?? [])],
      sourceDir: app,
      registry: await verifyingOptions(options, context),
    },
    context,
  );
  const checkImages = await unpublishedCheck(options.policy, registry, context);
  const report = await buildImage({
    ...inputs,
    verifyIdentities,
    ...(await defaultBuilder(context)),
    app,
    output,
    userEnv: await userEnv({ files: options.envFrom, variables: options.env }, env),
    ...(await cacheOf(options)),
    ...defined({ artifacts, checkImage: checkImages && ((made: Image) => checkImages([made], name)) }),
    registry,
    env,
    reporter,
    signal,
  });
  if (destination) {
    const { buildOutputs } = await import("../outputs/build-outputs.ts");
    await outputs.writeOutputs(destination, buildOutputs(output, inputs.tags ?? [], report));
  }
  stdout.write(`${report.manifestDigest}\n`);
}
