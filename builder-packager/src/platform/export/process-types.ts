import type { ImageConfig } from "../../oci/model/spec.ts";
import { hasLauncher, processDir } from "../paths.ts";

/**
 * Lists the process types of an image that `--process` can name, sorted. Empty if the image has no
 * launcher.
 */
export function processTypes(image: ImageConfig): readonly string[] {
  if (!hasLauncher(image.config?.Labels)) return [];
  const label = image.config?.Labels?.["io.buildpacks.build.metadata"];
  const processes =
    label === undefined ? undefined : (parseJson(label) as { processes?: unknown } | undefined)?.processes;
  if (!Array.isArray(processes)) return [];
  return processes
    .map((process: { type?: unknown } | null) => process?.type)
    .filter((type): type is string => typeof type === "string" && /^[\w.-]+$/.test(type))
    .sort();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an image of others; its label is not ours to judge when it is only started
  }
}

/** Returns the process type that an image starts by default; undefined if there is none. */
export function defaultProcessType({ config }: ImageConfig): string | undefined {
  const [entrypoint = ""] = config?.Entrypoint ?? [];
  return entrypoint.startsWith(`${processDir}/`) ? entrypoint.slice(processDir.length + 1) : undefined;
}
