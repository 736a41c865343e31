import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseOutput } from "../../buildpackage/output.ts";
import { CnbError } from "../../errors.ts";

/** The options that determine the input directory and the output names of packaging. */
export interface NamingFlags {
  readonly output: readonly string[];
  readonly format?: string;
  readonly publish?: boolean;
  readonly path?: string;
  readonly config?: string;
  readonly pullPolicy?: string;
  readonly buildpackRegistry?: string;
}

/**
 * Determines the input and the output of packaging. In `cnb buildpack package DIR --output NAME`,
 * the argument is a directory. In pack's `NAME --path DIR`, the argument is a name. The argument is
 * read as a name if `--output` is missing and `--path` is given. Without `--path`, the argument is
 * also read as a name if another option of pack is given and no such directory exists.
 *
 * @throws CnbError ARGUMENT_INVALID for options that conflict, or that require a Docker daemon
 */
export async function namesOf(
  given: string | undefined,
  flags: NamingFlags,
  cwd: string,
): Promise<{ readonly dir: string; readonly outputs: readonly string[] }> {
  refuseFlags(flags);
  const isName = given !== undefined && (await isPackName(given, flags, cwd));
  const outputs = isName ? [given] : flags.output;
  const locations = outputs.map((text) => ({ text, output: parseOutput(text, formatOf(flags)) }));
  for (const { text, output } of locations) {
    const isRegistry = output.kind === "image" && output.reference.kind === "registry";
    if (flags.publish && !isRegistry)
      throw invalid(
        `--publish writes to a registry, but ${text} is not an image name`,
        "Use REGISTRY/REPOSITORY:TAG, or remove --publish.",
      );
    if (isName && isRegistry && !flags.publish)
      throw invalid(
        `${text} is not an existing directory; pack would write an image of this name to a Docker daemon`,
        `Add --publish to write to the registry, or use docker-daemon:${text}.`,
      );
  }
  if (flags.publish && locations.length === 0)
    throw invalid("--publish needs an image name", "Pass it as the argument, or add --output REGISTRY/REPOSITORY:TAG.");
  return { dir: flags.path ?? (isName ? "." : (given ?? ".")), outputs };
}

async function isPackName(given: string, { output, publish, path, format, config }: NamingFlags, cwd: string) {
  if (output.length > 0) return false;
  if (path !== undefined) return true;
  const isMeant = publish || format !== undefined || config !== undefined;
  return isMeant && !(await isDirectory(resolve(cwd, given)));
}

const formatOf = ({ format }: NamingFlags) =>
  format === "image" || format === "file" || format === "dir" ? format : undefined;

function refuseFlags({ publish, format, path, config, pullPolicy, buildpackRegistry }: NamingFlags): void {
  if (path !== undefined && config !== undefined)
    throw invalid("--config and --path cannot be used together", "Set the directory as uri in package.toml.");
  if (publish && format !== undefined && format !== "image")
    throw invalid(`--publish writes an image, but --format ${format} does not`, "Remove one of them.");
  if (pullPolicy !== undefined && !["always", "if-not-present"].includes(pullPolicy))
    throw invalid(
      pullPolicy === "never"
        ? "--pull-policy never is not supported: cnb reads the buildpacks of package.toml from registries and paths, not from a Docker daemon"
        : `--pull-policy ${pullPolicy} is unknown`,
      "Remove the flag: layers that were downloaded before are cached and verified by their digests.",
    );
  if (buildpackRegistry !== undefined)
    throw invalid(
      "--buildpack-registry is not supported: cnb does not query an index on a Git server",
      "Reference members by image in package.toml: docker://REGISTRY/REPOSITORY@DIGEST.",
    );
}

const invalid = (message: string, hint: string) => new CnbError("ARGUMENT_INVALID", message, { hint });

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
