import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { PackageFormat } from "../../buildpackage/output.ts";
import type { PlannedPackage } from "../../buildpackage/package.ts";
import { type CommandContext, contextOf } from "../../cli-context.ts";
import { CnbError } from "../../errors.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import { type CompressionFlag, compressionFlag } from "../flags/compression-flag.ts";
import { addLabels, addListed } from "../flags/listed-values.ts";
import { type OutputSigningFlags, outputSigner, outputSigning, outputSigningFlags } from "../flags/output-signing.ts";
import { type RegistryFlags, registryFlags, verifyingOptions } from "../flags/registry-flags.ts";
import { type NamingFlags, namesOf } from "./package-names.ts";

interface Options extends NamingFlags, RegistryFlags, CompressionFlag, OutputSigningFlags {
  readonly target: readonly string[];
  readonly config?: string;
  readonly version?: string;
  readonly compare?: string;
  readonly label: Readonly<Record<string, string>>;
  readonly tag: readonly string[];
  readonly appendImageNameSuffix?: boolean;
  readonly flatten?: boolean;
  readonly flattenExclude?: readonly string[];
  readonly offline?: boolean;
  readonly runtime?: string;
  readonly codeCache: boolean;
  readonly report?: boolean;
  readonly pullPolicy?: string;
  readonly buildpackRegistry?: string;
}

type Kind = "buildpack" | "extension";

const descriptions = {
  buildpack: "compile and package a buildpack, including the members of a composite buildpack",
  extension: "compile and package an image extension",
} as const;

/**
 * Adds a `package` command, which packages a buildpack or extension as an image for builders. The
 * command also accepts pack's arguments.
 */
export function registerPackage(noun: Command, kind: Kind): Command {
  const command = noun
    .command("package")
    .description(descriptions[kind])
    .argument(
      "[dir]",
      `directory that contains ${kind}.toml; with --path, --publish, --format or --config, it can be the output name, as in pack`,
    )
    .option(
      "-o, --output <name>",
      "FILE.cnb, oci:DIR, oci-archive:FILE, docker-daemon:NAME or REGISTRY/REPOSITORY:TAG (repeatable; default: DIR/dist/NAME.cnb)",
      (name: string, before: readonly string[]) => [...before, name],
      [],
    )
    .option("-f, --format <format>", "format of --output: image, file (a .cnb) or dir (an OCI layout)")
    .option("--publish", "write to a registry; the output must be an image name")
    .option("-p, --path <dir>", `directory that contains ${kind}.toml`)
    .option("-c, --config <file>", "the package.toml to use instead of the one in DIR")
    .option("--version <version>", `version in the package (default: the version in ${kind}.toml)`)
    .option(
      "--compare <package>",
      "an earlier release: a .cnb file or an image; if it has the same version, the package must have the same digest",
    )
    .option(
      "-t, --target <os/arch>",
      `platform to include (repeatable; default: the targets in package.toml, or else in ${kind}.toml, or else this machine's platform)`,
      addListed,
      [],
    )
    .option("-l, --label <name=value>", "add a label (repeatable)", addLabels, {})
    .option("--tag <name>", "an additional name for the image in its registry (repeatable)", addListed, [])
    .option("--append-image-name-suffix", "also write a tag for each platform, such as TAG-linux-arm64")
    .option("--offline", `include the files that the ${kind} would download, as listed in [[metadata.dependencies]]`)
    .option(
      "--runtime <kind>",
      "JavaScript runtime in the package: auto (default: a small engine, and also Node.js if the buildpack imports modules that the engine lacks), small (only the engine), node (only Node.js) or script (no runtime; the build image must contain Node.js)",
    )
    .option(
      "--no-code-cache",
      "leave out V8's code cache, so that machines of every architecture produce the same digest; executables with Node.js then start 50 % slower",
    )
    .option("--report", "print how much each module adds to the size of the executable");
  return registryFlags(outputSigningFlags(command.addOption(compressionFlag())))
    .addOption(new Option("--pull-policy <policy>", "accepted for compatibility with pack").hideHelp())
    .addOption(new Option("-r, --buildpack-registry <name>", "accepted for compatibility with pack").hideHelp())
    .action(async (dir: string | undefined, options: Options, own: Command) => packageIt(kind, dir, { options, own }));
}

async function packageIt(
  kind: Kind,
  given: string | undefined,
  { options, own }: { readonly options: Options; readonly own: Command },
): Promise<void> {
  const context = contextOf(own);
  const [{ packageBuildpack }, { parseFormat }, { parseRuntime }, { reportLines }, { lintPackage }] = await Promise.all(
    [
      import("../../buildpackage/package.ts"),
      import("../../buildpackage/output.ts"),
      import("../../compile/runtime.ts"),
      import("../../compile/bundle/bundle-report.ts"),
      import("../../lint/lint-package.ts"),
    ],
  );
  const format = parseFormat(options.format);
  const { dir, outputs } = await namesOf(given, options, context.cwd);
  const { target: targets, label: labels, tag: tags, config, flatten, flattenExclude, offline } = options;
  const what = { kind, dir, outputs, format, targets, labels, tags, config, flatten, flattenExclude, offline };
  const { version } = options;
  const { registry, artifacts } = await outputSigning(
    options,
    {
      command: `${kind} package`,
      own,
      outputs: outputSigner(options) ? await signableOutputs(outputs, format) : [],
      sourceDir: dir,
      registry: await verifyingOptions(options, context),
    },
    context,
  );
  const { appendImageNameSuffix: suffix, compression, codeCache } = options;
  const how = {
    suffix,
    compression,
    codeCache,
    runtime: parseRuntime(options.runtime),
    registry,
    artifacts,
  };
  await lintPackage(resolve(context.cwd, dir), kind, context);
  const check = options.compare === undefined ? undefined : await checkAgainst(options.compare, how.registry, context);
  const { written, reports } = await packageBuildpack({ ...what, ...how, version }, context, check);
  if (options.report) for (const line of reports.flatMap((report) => reportLines(report))) context.reporter.info(line);
  for (const { location, digest } of written) context.stdout.write(`${location}@${digest}\n`);
}

/**
 * The statements of `--sign-key` include one about the index of all platforms, which a `.cnb` file
 * does not contain.
 *
 * @throws CnbError IMAGE_REFERENCE_UNSUPPORTED for a .cnb file
 */
async function signableOutputs(names: readonly string[], format: PackageFormat | undefined) {
  const { parseOutput } = await import("../../buildpackage/output.ts");
  const outputs = names.map((name) => parseOutput(name, format));
  const images = outputs.flatMap((output) => (output.kind === "image" ? [output.reference] : []));
  if (images.length === outputs.length && (images.length > 0 || format === "dir")) return images;
  throw new CnbError("IMAGE_REFERENCE_UNSUPPORTED", "cannot sign a .cnb file while it is written", {
    hint: "Write the file without these options, and sign it with cnb sign FILE.cnb. Or write the package to a registry, an OCI layout or an OCI archive, for example --output oci:DIR.",
  });
}

/** Returns the check against an earlier release, which runs before anything is written. */
async function checkAgainst(name: string, registry: RegistryOptions, { cwd, reporter }: CommandContext) {
  const { comparePackage } = await import("../../release/compare-package.ts");
  return (planned: PlannedPackage) => comparePackage(planned, { name, cwd, registry, reporter });
}
