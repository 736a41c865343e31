import type { Image } from "../oci/model/image.ts";
import { envOf, labelsOf } from "../oci/model/mutate.ts";
import type { BuildMetadata } from "./labels.ts";

/** A process that the image can start. */
export interface ProcessFacts {
  readonly type: string;
  /** The command with its arguments. */
  readonly command: readonly string[];
  readonly default: boolean;
  /** `false` if a shell interprets the command. */
  readonly direct: boolean;
  readonly workingDir: string;
}

/** Returns the processes of an image. The default process comes first. */
export function processFacts(build: BuildMetadata, image: Image): readonly ProcessFacts[] {
  const defaultType = hasLauncher(image)
    ? defaultProcess(image, build["buildpack-default-process-type"])
    : build.processes?.find((process) => isStarted(image, process))?.type;
  const all = (build.processes ?? []).map((process) => ({
    type: process.type,
    command: [...process.command, ...(process.args ?? [])],
    default: process.type === defaultType,
    direct: process.direct === true,
    workingDir: process["working-dir"] || (image.config.config?.WorkingDir ?? ""),
  }));
  return [...all.filter((process) => process.default), ...all.filter((process) => !process.default)];
}

const hasLauncher = (image: Image): boolean => labelsOf(image)["io.libcnb.launcher"] !== "none";

/** True for the process that an image without a launcher starts: its command is the image's. */
function isStarted(
  { config: { config } }: Image,
  { command, args }: NonNullable<BuildMetadata["processes"]>[number],
): boolean {
  const started = [...(config?.Entrypoint ?? []), ...(config?.Cmd ?? [])];
  return JSON.stringify(started) === JSON.stringify([...command, ...(args ?? [])]);
}

/**
 * The type of the default process. Since Platform API 0.4 the entrypoint contains it; before, an
 * environment variable did.
 */
function defaultProcess(image: Image, fallback: string | undefined): string | undefined {
  const { CNB_PLATFORM_API: api = "0.3", CNB_PROCESS_TYPE: type } = envOf(image);
  if (/^0\.[0-3]$/.test(api)) return type || "web";
  const [entrypoint = ""] = image.config.config?.Entrypoint ?? [];
  if (entrypoint === "/cnb/lifecycle/launcher") return undefined;
  return /^\/cnb\/process\/(.+)$/.exec(entrypoint)?.[1] ?? fallback;
}
