import { createHash } from "node:crypto";
import { stringify } from "smol-toml";
import { defined } from "../../defined.ts";
import { LibcnbError } from "../../errors.ts";
import type { BuildpackRecord, LayerRecord } from "../../lifecycle-rules/restore-plan.ts";
import { restorePlan } from "../../lifecycle-rules/restore-plan.ts";
import { parseLayerToml, restoredMetadata } from "../../spec/layer-toml.ts";
import type { Table } from "../../spec/schemas/schema.ts";
import { parseStoreToml } from "../../spec/store-toml.ts";
import type { FileMap } from "../fixture/file-map.ts";
import { filesBelow, layerNames, textOf } from "../parsed.ts";

/** The parts of one buildpack's build that are in an image or a cache. */
export interface RememberedParts {
  readonly record: BuildpackRecord;
  /** The contents of its layers, and their SBOM files. */
  readonly files: FileMap;
}

/** A platform's state from earlier builds of one buildpack. */
export interface PlatformState {
  readonly image?: RememberedParts | undefined;
  readonly cache?: RememberedParts | undefined;
}

/** The layers of one buildpack's build, and its previous state. */
export interface BuiltLayers {
  readonly id: string;
  readonly version: string;
  readonly layers: FileMap;
  /** The layers of the previous image. A launch layer without a directory is reused from there. */
  readonly previous?: RememberedParts | undefined;
}

/**
 * Returns the state that a platform keeps from a build. The image contains launch layers, their
 * metadata and the store. The cache contains cache layers.
 *
 * @throws LibcnbError TEST_UNBUILDABLE for layers that the lifecycle does not export
 * (docs/conformance.md, rows 33 and 34)
 */
export function remember(built: BuiltLayers): PlatformState {
  const { id, version, layers, previous } = built;
  const records = layerNames(layers).map((name) => [name, layerRecord(layers, name)] as const);
  const launch = records.filter(([, record]) => record.launch);
  const cached = records.filter(([name, { cache }]) => cache && filesBelow(layers, name) !== undefined);
  const exported = launch.map(
    ([name, record]) => [name, { ...record, sha: record.sha || keptSha(name, record, previous) }] as const,
  );
  const store = textOf(layers, "store.toml");
  const kept = store === undefined ? {} : { store: { metadata: parseStoreToml(store, "store.toml") } };
  return {
    image: {
      record: { id, version, layers: new Map(exported), ...kept },
      files: exportedFiles(layers, namesOf(launch), previous),
    },
    cache: {
      record: { id, version, layers: new Map(cached) },
      files: { ...sbomFiles(layers, namesOf(cached)), ...contents(layers, namesOf(cached)) },
    },
  };
}

const namesOf = (layers: readonly (readonly [string, LayerRecord])[]) => layers.map(([name]) => name);

function exportedFiles(layers: FileMap, names: readonly string[], previous: RememberedParts | undefined): FileMap {
  const kept = names.filter((name) => filesBelow(layers, name) === undefined);
  return { ...sbomFiles(layers, names), ...contents(previous?.files ?? {}, kept), ...contents(layers, names) };
}

function layerRecord(layers: FileMap, name: string): LayerRecord {
  const { types, metadata } = parseLayerToml(textOf(layers, `${name}.toml`) ?? "", `${name}.toml`);
  const files = filesBelow(layers, name);
  return { build: false, launch: false, cache: false, ...types, metadata, sha: files ? shaOf(files) : "" };
}

function keptSha(name: string, { cache }: LayerRecord, previous: RememberedParts | undefined): string {
  if (cache) throw unbuildable(`layer ${name} is cache=true but has no contents`, "Create its directory.");
  const sha = previous?.record.layers.get(name)?.sha;
  if (sha !== undefined) return sha;
  throw unbuildable(
    `layer ${name} has no directory, and the previous image has no layer with this name to reuse`,
    "Create its directory.",
  );
}

const sbomFiles = (layers: FileMap, names: readonly string[]): FileMap =>
  Object.fromEntries(Object.entries(layers).filter(([path]) => names.some((name) => path.startsWith(`${name}.sbom.`))));

const contents = (layers: FileMap, names: readonly string[]): FileMap =>
  Object.fromEntries(Object.entries(layers).filter(([path]) => names.some((name) => path.startsWith(`${name}/`))));

/** A digest that distinguishes the contents of layers, like the digest of a layer's tar. */
function shaOf(files: FileMap): string {
  const hash = createHash("sha256");
  for (const [path, entry] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { contents, mode } =
      typeof entry === "object" && "mode" in entry ? entry : { contents: entry, mode: undefined };
    hash.update(`${path}\0${mode ?? ""}\0${contents.length}\0`).update(contents);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** Returns the part of one buildpack's layers directory that the lifecycle restores. */
export function restored(id: string, { image, cache }: PlatformState): FileMap {
  const mine = (kept: RememberedParts | undefined) => (kept?.record.id === id ? kept : undefined);
  const [ofImage, ofCache] = [mine(image), mine(cache)];
  const [plan] = restorePlan([{ id, version: "" }], {
    app: ofImage ? [ofImage.record] : [],
    cache: ofCache ? [ofCache.record] : [],
    launchFromCache: true,
  });
  const { store, layers = [], hasDirectory } = plan ?? {};
  if (!hasDirectory) return {};
  const withContents = layers.filter(({ contents }) => contents).map(({ name }) => name);
  return {
    ...defined({ "store.toml": store && metadataToml(store.metadata as Table) }),
    ...contents(ofCache?.files ?? {}, withContents),
    ...Object.fromEntries(
      layers.map(({ name, metadata }) => [`${name}.toml`, metadataToml((metadata ?? {}) as Table)]),
    ),
    // once there is a directory for the buildpack, all SBOM files go there, whichever layers came back; those of the image win
    ...sbomFiles(ofCache?.files ?? {}, [...(ofCache?.record.layers.keys() ?? [])]),
    ...sbomFiles(ofImage?.files ?? {}, [...(ofImage?.record.layers.keys() ?? [])]),
  };
}

// The lifecycle reads TOML, keeps JSON and writes TOML: integers come back as floats, in the file too (spec row 37).
function metadataToml(metadata: Table): string {
  return Object.keys(metadata).length === 0
    ? ""
    : `${stringify({ metadata: restoredMetadata(metadata) }, { numbersAsFloat: true }).trim()}\n`;
}

function unbuildable(message: string, hint: string): LibcnbError<"TEST_UNBUILDABLE"> {
  return new LibcnbError("TEST_UNBUILDABLE", `the lifecycle would not export this build: ${message}`, { hint });
}
