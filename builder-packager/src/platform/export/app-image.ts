import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { Image } from "../../oci/model/image.ts";
import { envOf, labelsOf } from "../../oci/model/mutate.ts";
import type { ContainerConfig, HistoryEntry, ImageConfig } from "../../oci/model/spec.ts";
import type { ProjectSource } from "../build-options.ts";
import { minorOf } from "../formats/descriptor.ts";
import { goJson } from "../formats/go-json.ts";
import { buildMetadataLabel, type LauncherVersion, layersMetadataLabel } from "../formats/lifecycle-metadata.ts";
import type { RunImage } from "../images/run-image.ts";
import type { BuildMetadata } from "../metadata-toml.ts";
import { launcherFile, launcherLabel, layersDir, lifecycleDir, processDir } from "../paths.ts";
import { refuseLargeConfig } from "./config-size.ts";
import type { DirectStart } from "./direct-start.ts";
import type { ExportedLayers } from "./export-phase.ts";

/** The inputs for creating the app image. */
export interface AppImageInput {
  readonly runImage: RunImage;
  readonly exported: ExportedLayers;
  readonly metadata: BuildMetadata;
  readonly launcher: LauncherVersion;
  /** The app's directory in the image. */
  readonly appDir: string;
  readonly platformApi: string;
  readonly execEnv: string;
  /** The creation time to record in the image, in RFC 3339. */
  readonly created: string;
  /** The default process that the user chose, if any. */
  readonly defaultProcess: string | undefined;
  readonly projectSource?: ProjectSource | undefined;
  /** The start settings of an image without a launcher. */
  readonly directStart?: DirectStart | undefined;
}

/**
 * Creates the app image: the run image with the exported layers, configured as the lifecycle
 * configures it.
 *
 * @throws CnbError EXPORT_FAILED for a configuration that is too large.
 */
export function appImage(input: AppImageInput): Image {
  const { runImage, exported, created } = input;
  const base = runImage.extended ?? runImage.image;
  const layers = [...base.layers, ...exported.layers.map(({ layer }) => layer)];
  const added = exported.layers.map(({ createdBy }): HistoryEntry => ({ created, created_by: createdBy }));
  const { container: _, ...kept } = base.config;
  const config: ImageConfig = {
    ...kept,
    created,
    config: containerConfig(input),
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: [...baseHistory(base).map((entry) => ({ ...entry, created })), ...added],
  };
  refuseLargeConfig(config);
  return { config, layers };
}

/**
 * Returns the base's history with one entry per layer. Entries without a layer are removed, and an
 * inconsistent history is replaced by an empty one.
 */
export function baseHistory({ config, layers }: Image): readonly HistoryEntry[] {
  const entries = (config.history ?? []).filter(({ empty_layer }) => !empty_layer);
  return entries.length === layers.length ? entries : layers.map(() => ({}));
}

function containerConfig(input: AppImageInput): ContainerConfig {
  const image = input.runImage.extended ?? input.runImage.image;
  const { Cmd: _, ...base } = image.config.config ?? {};
  const Labels = { ...labelsOf(image), ...appLabels(input) };
  const WorkingDir = input.appDir;
  if (input.directStart) {
    const { env, ...start } = input.directStart;
    const { Entrypoint: _own, ...rest } = { ...base, Env: withVariables(base.Env ?? [], env), WorkingDir };
    return { ...rest, ...start, Labels: { ...Labels, [launcherLabel]: "none" } };
  }
  const env = {
    CNB_LAYERS_DIR: layersDir,
    CNB_APP_DIR: input.appDir,
    CNB_PLATFORM_API: input.platformApi,
    CNB_DEPRECATION_MODE: "quiet",
    PATH: `${processDir}:${lifecycleDir}:${envOf(image)["PATH"] ?? ""}`,
  };
  return { ...base, Env: withVariables(base.Env ?? [], env), Entrypoint: [entrypoint(input)], WorkingDir, Labels };
}

/**
 * Sets environment variables. Existing ones keep their position in the list; new ones are appended.
 */
function withVariables(list: readonly string[], changes: Readonly<Record<string, string>>): readonly string[] {
  const nameOf = (entry: string) => entry.split("=")[0] ?? "";
  const known = new Set(list.map(nameOf));
  const changed = list.map((entry) =>
    nameOf(entry) in changes ? `${nameOf(entry)}=${changes[nameOf(entry)]}` : entry,
  );
  const added = Object.entries(changes).filter(([name]) => !known.has(name));
  return [...changed, ...added.map(([name, value]) => `${name}=${value}`)];
}

function entrypoint({ metadata, defaultProcess }: AppImageInput): string {
  const type = defaultTypeOf(metadata, defaultProcess);
  return type ? `${processDir}/${type}` : launcherFile;
}

/**
 * Returns the default process type: the user's choice, or else the one that the buildpacks set.
 * Throws EXPORT_FAILED if the image has no such process.
 */
export const defaultTypeOf = (metadata: BuildMetadata, choice: string | undefined): string | undefined =>
  checkedDefault(metadata, choice) ?? metadata.defaultProcess;

/** The user's default process, which must exist. Throws EXPORT_FAILED. */
function checkedDefault({ processes }: BuildMetadata, type: string | undefined): string | undefined {
  if (type === undefined || processes.some((process) => process.type === type)) return type;
  const known = processes.map((process) => process.type).join(", ") || "none";
  throw new CnbError("EXPORT_FAILED", `cannot make process type ${type} the default: the buildpacks defined ${known}`, {
    hint:
      processes.length > 0
        ? "Set --default-process to one of these types, or remove the option."
        : "Remove --default-process.",
  });
}

/**
 * The image's labels. Labels of buildpacks may replace the platform's, except for
 * the execution environment.
 */
function appLabels({
  exported,
  runImage,
  metadata,
  launcher,
  platformApi,
  execEnv,
  projectSource,
}: AppImageInput): Record<string, string> {
  const rebase = {
    ...runImage.names,
    topLayer: runImage.image.layers.at(-1)?.diffId ?? "",
    reference: runImage.reference,
  };
  return {
    "io.buildpacks.lifecycle.metadata": layersMetadataLabel({ ...exported.metadata, runImage: rebase }),
    "io.buildpacks.build.metadata": buildMetadataLabel(metadata, launcher),
    "io.buildpacks.project.metadata": goJson({ source: projectSource && { ...projectSource } }),
    ...Object.fromEntries(metadata.labels.map(({ key, value }) => [key, value])),
    ...defined({ "io.buildpacks.exec-env": minorOf(platformApi) >= 15 ? execEnv : undefined }),
  };
}
