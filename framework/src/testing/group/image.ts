import type { Env } from "../../env/apply.ts";
import { composeLaunchEnv, type LayerFiles, launchInheritedEnv } from "../../env/compose.ts";
import { mergeProcesses } from "../../lifecycle-rules/processes.ts";
import { escapeBuildpackId } from "../../spec/names.ts";
import type { FileMap } from "../fixture/file-map.ts";
import type { BuildOutcome } from "../outcomes.ts";
import { bytesOrText, filesBelow, type ParsedLaunch } from "../parsed.ts";
import type { RememberedParts } from "../state/remembered.ts";

/** A process of an image, and the buildpack that defines it. */
export type ImageProcess = Omit<ParsedLaunch["processes"][string], "default"> & { readonly buildpack: string };

/** The image that an exporter creates from a group's builds. */
export interface GroupImage {
  /** The processes by type. */
  readonly processes: Readonly<Record<string, ImageProcess>>;
  readonly defaultProcess: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly slices: readonly (readonly string[])[];
  /**
   * SBOM files by path below `<layers>/sbom`, for example `launch/acme_node/runtime/sbom.cdx.json`.
   * Files below `launch` are in the image.
   */
  readonly sboms: FileMap;
}

/** The build of one buildpack in a group. */
export interface MemberBuild {
  readonly id: string;
  readonly outcome: BuildOutcome;
}

// what a container without a PATH of its own has
const containerPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Combines the results of a group's buildpacks to an image, as the exporter does. */
export function imageOf(builds: readonly MemberBuild[]): GroupImage {
  const processes = builds.flatMap(({ id, outcome }) =>
    Object.entries(outcome.parsed.launch.processes).map(([type, { default: isDefault, ...process }]) => ({
      type,
      isDefault,
      process: { ...process, buildpack: id },
    })),
  );
  const merged = mergeProcesses(processes);
  return {
    processes: Object.fromEntries(merged.processes.map(({ type, process }) => [type, process])),
    defaultProcess: merged.defaultType,
    labels: Object.assign({}, ...builds.map(({ outcome }) => outcome.parsed.launch.labels)),
    slices: builds.flatMap(({ outcome }) => outcome.parsed.launch.slices),
    sboms: Object.assign({}, ...builds.map(sbomsOf)),
  };
}

function sbomsOf({ id, outcome }: MemberBuild): FileMap {
  const { layers } = outcome.parsed;
  const files = Object.entries(outcome.layers).flatMap(([path, contents]) => {
    const [, name = "", extension] = /^([^/]+)\.sbom\.([^/]+)$/.exec(path) ?? [];
    if (extension === undefined) return [];
    return setsOf(name, layers[name]?.types).map((set) => [
      `${set.name}/${escapeBuildpackId(id)}/${set.layer}sbom.${extension}`,
      contents,
    ]);
  });
  return Object.fromEntries(files);
}

/** The sets to which an SBOM file belongs (docs/conformance.md, rows 69 to 71). */
function setsOf(
  name: string,
  types: { readonly launch: boolean; readonly cache: boolean } | undefined,
): readonly { readonly name: string; readonly layer: string }[] {
  if (name === "launch" || name === "build") return [{ name, layer: "" }];
  if (types === undefined) return [];
  const kept = { name: types.launch ? "launch" : "build", layer: `${name}/` };
  return types.cache ? [kept, { name: "cache", layer: `${name}/` }] : [kept];
}

/**
 * Composes the environment that the launcher gives a process, before exec.d, from the launch layers
 * of all buildpacks in order.
 */
export function launchEnvOf(
  images: readonly { readonly dir: string; readonly image: RememberedParts }[],
  processType: string | undefined,
  container: Env = { PATH: containerPath },
): Env {
  return images.reduce(
    (env, { dir, image }) => composeLaunchEnv(layersOf(image, dir), env, processType),
    launchInheritedEnv(container),
  );
}

const layersOf = ({ record, files }: RememberedParts, dir: string): readonly LayerFiles[] =>
  [...record.layers.keys()].map((name) => layerFiles(files, name, dir));

/** Converts a layer to the input for composing environments. */
export function layerFiles(files: FileMap, name: string, dir: string): LayerFiles {
  const inside = Object.entries(filesBelow(files, name) ?? {});
  return {
    name,
    path: `${dir}/${name}`,
    files: Object.fromEntries(inside.map(([path, entry]) => [path, bytesOrText(entry)])),
  };
}
