import type { BuildpackRecord, GroupElement } from "libcnb/lifecycle-rules";
import * as v from "valibot";
import { defined } from "../../defined.ts";
import { anyCaseObject, record } from "../../schema.ts";
import type { BuildMetadata } from "../metadata-toml.ts";
import { goJson, sortedTables } from "./go-json.ts";

/**
 * A string as Go's encoding/json decodes it: null and absent values are empty. Keys may have any
 * case.
 */
const text = v.nullish(v.string(), "");
const flag = v.nullish(v.boolean(), false);
const sha = anyCaseObject({ sha: text });
const noSha = { sha: "" };
const layer = anyCaseObject({
  sha: text,
  data: v.optional(v.unknown()),
  build: flag,
  launch: flag,
  cache: flag,
});
const store = anyCaseObject({ metadata: v.nullish(record(v.string(), v.unknown())) });

const buildpack = anyCaseObject({
  key: text,
  version: text,
  layers: v.nullish(record(v.string(), v.nullish(layer, {})), {}),
  store: v.nullish(store),
});
const buildpacks = v.nullish(v.array(v.nullish(buildpack, {})), []);

const schema = anyCaseObject({
  app: v.nullish(v.array(v.nullish(sha, {})), []),
  sbom: v.nullish(sha),
  buildpacks,
  config: v.nullish(sha, noSha),
  launcher: v.nullish(sha, noSha),
  "process-types": v.nullish(sha, noSha),
  runImage: v.nullish(
    anyCaseObject({ topLayer: text, reference: text, image: text, mirrors: v.nullish(v.array(text), []) }),
  ),
});

const cacheSchema = anyCaseObject({ buildpacks, sbom: v.nullish(sha) });

/**
 * The names of the run image in an image's label. A rebase looks for a new run image under these
 * names.
 */
export interface RunImageNames {
  readonly image?: string | undefined;
  readonly mirrors?: readonly string[] | undefined;
}

/** The label `io.buildpacks.lifecycle.metadata`, which describes the image's layers. */
export interface LayersMetadata {
  readonly app: readonly string[];
  readonly sbom?: string;
  readonly buildpacks: readonly BuildpackRecord[];
  readonly config: string;
  readonly launcher: string;
  readonly processTypes: string;
  readonly runImage: RunImageNames & { readonly topLayer: string; readonly reference: string };
}

/**
 * Parses the label `io.buildpacks.lifecycle.metadata`. Returns undefined if the label is absent or
 * invalid: the build then continues without a previous image, as in the lifecycle.
 */
export function parseLayersMetadata(label: string | undefined): LayersMetadata | undefined {
  const result = v.safeParse(schema, jsonOf(label));
  if (!result.success) return undefined;
  const { app, sbom, buildpacks, config, launcher, runImage, ...rest } = result.output;
  return {
    app: (app ?? []).map((entry) => entry.sha),
    ...defined({ sbom: sbom?.sha || undefined }),
    buildpacks: (buildpacks ?? []).map(toRecord),
    config: config.sha,
    launcher: launcher.sha,
    processTypes: rest["process-types"].sha,
    runImage: { topLayer: runImage?.topLayer ?? "", reference: runImage?.reference ?? "" },
  };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "", finite);
  } catch {
    return undefined;
  }
}

/**
 * Refuses numbers that are too large for a float, as Go does. `JSON.parse` would return infinity.
 */
function finite(_key: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    throw new SyntaxError("a number in the lifecycle's JSON metadata is too large for a 64-bit float");
  return value;
}

function toRecord({ key, version, layers, store }: v.InferOutput<typeof buildpack>): BuildpackRecord {
  const records = Object.entries(layers ?? {}).map(([name, { data, ...rest }]) => {
    const metadata = data === undefined || data === null ? {} : { metadata: data };
    return [name, { ...rest, ...metadata }] as const;
  });
  return { id: key, version, layers: new Map(records), ...defined({ store: store || undefined }) };
}

/** Formats the label `io.buildpacks.lifecycle.metadata` byte for byte as the lifecycle does. */
export function layersMetadataLabel(metadata: LayersMetadata): string {
  const { image, mirrors } = metadata.runImage;
  const names = { image: image || undefined, mirrors: mirrors?.length ? mirrors : undefined };
  return goJson({
    app: metadata.app.map((sha) => ({ sha })),
    sbom: metadata.sbom ? { sha: metadata.sbom } : undefined,
    buildpacks: metadata.buildpacks.map(recordJson),
    config: { sha: metadata.config },
    launcher: { sha: metadata.launcher },
    "process-types": { sha: metadata.processTypes },
    runImage: { topLayer: metadata.runImage.topLayer, reference: metadata.runImage.reference, ...names },
    stack: { runImage: names },
  });
}

function recordJson({ id, version, layers, store }: BuildpackRecord) {
  const entries = [...layers].map(([name, { sha, metadata, build, launch, cache }]) => {
    return [name, { sha, data: sortedTables(metadata), build, launch, cache }] as const;
  });
  const kept = store ? { metadata: sortedTables(store.metadata) } : undefined;
  return { key: id, version, layers: new Map(entries), store: kept };
}

/** The metadata of a cache: its layers and the SBOM files of cached layers. */
export interface CacheMetadata {
  readonly buildpacks: readonly BuildpackRecord[];
  readonly sbom?: string;
}

export const noCache: CacheMetadata = { buildpacks: [] };

export function parseCacheMetadata(text: string): CacheMetadata | undefined {
  const result = v.safeParse(cacheSchema, jsonOf(text));
  if (!result.success) return undefined;
  const { buildpacks, sbom } = result.output;
  return { buildpacks: (buildpacks ?? []).map(toRecord), ...defined({ sbom: sbom?.sha || undefined }) };
}

export const cacheMetadataJson = ({ buildpacks, sbom }: CacheMetadata): string =>
  goJson({ buildpacks: buildpacks.map(recordJson), sbom: sbom ? { sha: sbom } : undefined });

/** The version and origin of the launcher in the image. */
export interface LauncherVersion {
  readonly version: string;
  readonly repository: string;
  readonly commit: string;
}

/**
 * Writes the label `io.buildpacks.build.metadata` byte for byte as the lifecycle
 * does.
 */
export function buildMetadataLabel(metadata: BuildMetadata, launcher: LauncherVersion): string {
  return goJson({
    buildpacks: metadata.buildpacks.map(memberJson),
    extensions: metadata.extensions?.length ? metadata.extensions.map(memberJson) : undefined,
    launcher: {
      version: launcher.version,
      source: { git: { repository: launcher.repository, commit: launcher.commit } },
    },
    processes: metadata.processes.map(processJson),
    "buildpack-default-process-type": metadata.defaultProcess || undefined,
  });
}

const memberJson = ({ id, version, homepage }: GroupElement) => ({ id, version, homepage: homepage || undefined });

const processJson = (process: BuildMetadata["processes"][number]) => ({
  type: process.type,
  command: process.command,
  // Absent arguments are Go's nil.
  args: process.args ?? null,
  direct: process.direct,
  buildpackID: process.buildpackId,
  "working-dir": process.workingDir,
  "exec-env": process.execEnv,
});
