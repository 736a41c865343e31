import { parseBuildToml } from "../spec/build-toml.ts";
import { type LaunchProcess, parseLaunchToml } from "../spec/launch-toml.ts";
import { type LayerTypes, parseLayerToml } from "../spec/layer-toml.ts";
import type { Table } from "../spec/schemas/schema.ts";
import { parseStoreToml } from "../spec/store-toml.ts";
import type { FileEntry, FileMap } from "./fixture/file-map.ts";

/** A layer's modification of one variable: `{ prepend: "/layers/x/bin", delim: ":" }`. */
export type VariableChange = Readonly<
  Partial<Record<"override" | "default" | "append" | "prepend" | "delim" | "unsuffixed", string>>
>;

/** Modifications by variable name. */
export type VariableChanges = Readonly<Record<string, VariableChange>>;

/** The environment of a layer, by scope. */
export interface ParsedEnv {
  readonly shared: VariableChanges;
  readonly build: VariableChanges;
  readonly launch: VariableChanges;
  /** The modifications for processes of one type, by type. */
  readonly process: Readonly<Record<string, VariableChanges>>;
}

/** SBOMs by file extension: `cdx.json`, `spdx.json`, `syft.json`. */
export type ParsedSboms = Readonly<Record<string, unknown>>;

/** A layer as the lifecycle reads it. */
export interface ParsedLayer {
  /** The types. If all are false, the lifecycle drops the layer. */
  readonly types: LayerTypes;
  readonly metadata: Table;
  readonly env: ParsedEnv;
  /**
   * The names of files in `exec.d`, and of files in `exec.d/<process>` as `<process>/<name>`,
   * sorted.
   */
  readonly execD: readonly string[];
  readonly sbom: ParsedSboms;
  /**
   * All files of the layer except its environment. Undefined if the layer has no directory, so that
   * the layer of the previous image is reused.
   */
  readonly files: FileMap | undefined;
}

/** The content of launch.toml. */
export interface ParsedLaunch {
  /** The processes by type. */
  readonly processes: Readonly<Record<string, Omit<LaunchProcess, "type">>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly slices: readonly (readonly string[])[];
}

/** The files of a layers directory as the lifecycle reads them. */
export interface ParsedOutputs {
  /** The layers by name. */
  readonly layers: Readonly<Record<string, ParsedLayer>>;
  readonly launch: ParsedLaunch;
  /** The unmet names in build.toml. */
  readonly unmet: readonly string[];
  readonly store: Table | undefined;
  readonly sbom: { readonly launch: ParsedSboms; readonly build: ParsedSboms };
}

const notLayers: readonly string[] = ["build.toml", "launch.toml", "store.toml"];
const noTypes: LayerTypes = { build: false, launch: false, cache: false };

/** The names of layers that have a metadata file in a layers directory, sorted. */
export function layerNames(files: FileMap): readonly string[] {
  const tomls = Object.keys(files).filter((path) => /^[^/]+\.toml$/.test(path) && !notLayers.includes(path));
  return tomls.map((path) => path.slice(0, -".toml".length)).sort();
}

/** Returns the content of a file, regardless of its mode. */
export const bytesOrText = (entry: FileEntry): string | Uint8Array =>
  typeof entry === "object" && "mode" in entry ? entry.contents : entry;

/** Returns the text of a file; undefined if the file does not exist. */
export function textOf(files: FileMap, path: string): string | undefined {
  const entry: FileEntry | undefined = files[path];
  if (entry === undefined) return undefined;
  const contents = bytesOrText(entry);
  return typeof contents === "string" ? contents : new TextDecoder().decode(contents);
}

/**
 * Returns the files below a directory, by path relative to it; undefined if the directory does not
 * exist.
 */
export function filesBelow(files: FileMap, directory: string): FileMap | undefined {
  const inside = Object.entries(files).filter(([path]) => path.startsWith(`${directory}/`));
  if (inside.length === 0) return undefined;
  const relative = inside.map(([path, entry]) => [path.slice(directory.length + 1), entry] as const);
  return Object.fromEntries(relative.filter(([path]) => path !== ""));
}

/**
 * Reads a layers directory as the lifecycle would.
 *
 * @throws LibcnbError TOML_INVALID, DESCRIPTOR_INVALID
 */
export function parseOutputs(files: FileMap): ParsedOutputs {
  const store = textOf(files, "store.toml");
  return {
    layers: Object.fromEntries(layerNames(files).map((name) => [name, parseLayer(files, name)])),
    launch: parseLaunch(textOf(files, "launch.toml") ?? ""),
    unmet: parseBuildToml(textOf(files, "build.toml") ?? "", "build.toml").unmet,
    store: store === undefined ? undefined : parseStoreToml(store, "store.toml"),
    sbom: { launch: parseSboms(files, "launch"), build: parseSboms(files, "build") },
  };
}

function parseLayer(files: FileMap, name: string): ParsedLayer {
  const { types = noTypes, metadata } = parseLayerToml(textOf(files, `${name}.toml`) ?? "", `${name}.toml`);
  const inside = filesBelow(files, name);
  return {
    types,
    metadata,
    env: parseEnv(inside ?? {}),
    execD: Object.keys(filesBelow(inside ?? {}, "exec.d") ?? {}).sort(),
    sbom: parseSboms(files, name),
    files:
      inside && Object.fromEntries(Object.entries(inside).filter(([path]) => !/^env(\.build|\.launch)?\//.test(path))),
  };
}

function parseEnv(files: FileMap): ParsedEnv {
  const launch = filesBelow(files, "env.launch") ?? {};
  const types = [
    ...new Set(
      Object.keys(launch)
        .filter((path) => path.includes("/"))
        .map((path) => path.split("/", 1)[0] ?? ""),
    ),
  ];
  return {
    shared: parseVariables(filesBelow(files, "env") ?? {}),
    build: parseVariables(filesBelow(files, "env.build") ?? {}),
    launch: parseVariables(launch),
    process: Object.fromEntries(types.map((type) => [type, parseVariables(filesBelow(launch, type) ?? {})])),
  };
}

function parseVariables(files: FileMap): VariableChanges {
  const changes: Record<string, Record<string, string>> = {};
  for (const path of Object.keys(files).filter((path) => !path.includes("/"))) {
    const dot = path.indexOf(".");
    const [name, suffix] = dot < 0 ? [path, "unsuffixed"] : [path.slice(0, dot), path.slice(dot + 1)];
    changes[name] = { ...changes[name], [suffix]: textOf(files, path) ?? "" };
  }
  return changes;
}

function parseSboms(files: FileMap, name: string): ParsedSboms {
  const start = `${name}.sbom.`;
  const paths = Object.keys(files).filter((path) => path.startsWith(start));
  return Object.fromEntries(paths.map((path) => [path.slice(start.length), JSON.parse(textOf(files, path) ?? "")]));
}

function parseLaunch(text: string): ParsedLaunch {
  const { processes, labels, slices } = parseLaunchToml(text, "launch.toml");
  return { processes: Object.fromEntries(processes.map(({ type, ...rest }) => [type, rest])), labels, slices };
}
