import type { Group } from "./group.ts";

/**
 * A layer as recorded in the label or the cache. Its `metadata` has been converted to JSON and back
 * (docs/conformance.md, row 37).
 */
export interface LayerRecord {
  readonly build: boolean;
  readonly launch: boolean;
  readonly cache: boolean;
  readonly sha: string;
  readonly metadata?: unknown;
}

/** The recorded layers of one buildpack. */
export interface BuildpackRecord {
  readonly id: string;
  readonly version: string;
  readonly layers: ReadonlyMap<string, LayerRecord>;
  readonly store?: { readonly metadata?: unknown };
}

/**
 * A layer whose metadata is restored. If `contents` is true, its files are restored from the cache
 * as well.
 */
export interface RestoredLayer {
  readonly name: string;
  readonly sha: string;
  readonly metadata?: unknown;
  readonly contents: boolean;
  readonly from: "app image" | "cache";
}

/** The layers and store.toml that are restored into one buildpack's layers directory. */
export interface BuildpackRestore {
  readonly id: string;
  readonly store?: { readonly metadata?: unknown };
  readonly layers: readonly RestoredLayer[];
  /**
   * True if the restorer creates the buildpack's directory. In an existing directory, SBOM files
   * are restored regardless of the restored layers.
   */
  readonly hasDirectory: boolean;
  /** The recorded layers that are not restored, with the reason. */
  readonly dropped: readonly { readonly name: string; readonly reason: string }[];
}

/** The layers of earlier builds, as recorded in the previous image and in the cache. */
export interface RecordedLayers {
  readonly app: readonly BuildpackRecord[];
  readonly cache: readonly BuildpackRecord[];
  /**
   * True if launch layers that are missing in the image are restored from the cache (since Platform
   * API 0.14).
   */
  readonly launchFromCache: boolean;
}

/**
 * Determines which layers of each buildpack in the group are restored. Buildpacks are matched by
 * id, regardless of the version.
 *
 * @example `restorePlan([{ id: "acme/node", version: "1.0.0" }], { app: [], cache: [], launchFromCache: true })[0]?.layers // []`
 */
export function restorePlan(
  group: Group,
  { app, cache, launchFromCache }: RecordedLayers,
): readonly BuildpackRestore[] {
  const recordOf = (records: readonly BuildpackRecord[], id: string) => records.find((record) => record.id === id);
  return group.map(({ id }) => {
    const inApp = recordOf(app, id);
    const store = inApp?.store ? { store: inApp.store } : {};
    const decisions = decideLayers(
      inApp?.layers ?? new Map(),
      recordOf(cache, id)?.layers ?? new Map(),
      launchFromCache,
    );
    return { id, ...store, ...sorted(decisions), hasDirectory: "store" in store || decisions.some(makesDirectory) };
  });
}

type Layers = ReadonlyMap<string, LayerRecord>;

const decideLayers = (app: Layers, cache: Layers, launchFromCache: boolean): readonly Decision[] => [
  ...[...app].map(([name, layer]) => fromApp(name, layer, cache.get(name))),
  ...[...cache].flatMap(([name, layer]) => fromCache(name, layer, app, launchFromCache)),
];

const sorted = (decisions: readonly Decision[]): Pick<BuildpackRestore, "layers" | "dropped"> => ({
  layers: decisions.filter((decision): decision is RestoredLayer => "sha" in decision && isFileName(decision.name)),
  dropped: decisions.filter((decision) => "reason" in decision),
});

// the restorer writes the metadata before it compares contents, and takes back the file only
const makesDirectory = (decision: Decision): boolean => "sha" in decision || decision.reason === otherContents;

const otherContents = "the contents in the cache differ from those in the previous image";

/**
 * Checks a layer name in a label, which is untrusted: a layer called `../x` must not lead out of
 * the layers directory.
 */
const isFileName = (name: string): boolean => /^[^/\0]+$/.test(name) && name !== "." && name !== "..";

type Decision = RestoredLayer | BuildpackRestore["dropped"][number];

function fromApp(name: string, layer: LayerRecord, cached: LayerRecord | undefined): Decision {
  if (!layer.launch) return { name, reason: "it is not a launch layer of the previous image" };
  if (layer.build && !layer.cache) return { name, reason: "it is needed for the build and was not cached" };
  if (layer.cache && !cached?.cache) return { name, reason: "it is not in the cache" };
  return restored(name, layer, cached, "app image");
}

function fromCache(name: string, layer: LayerRecord, app: Layers, launchFromCache: boolean): readonly Decision[] {
  if (!layer.cache || (layer.launch && (app.has(name) || !launchFromCache))) return [];
  return [restored(name, layer, layer, "cache")];
}

/**
 * A cached layer is restored completely or not at all: its files must be those of the metadata
 * (docs/conformance.md, row 36).
 */
function restored(
  name: string,
  layer: LayerRecord,
  cached: LayerRecord | undefined,
  from: RestoredLayer["from"],
): Decision {
  const isCached = Boolean(cached?.cache);
  if (isCached && cached?.sha !== layer.sha) return { name, reason: otherContents };
  const metadata = layer.metadata === undefined ? {} : { metadata: layer.metadata };
  return { name, sha: layer.sha, ...metadata, contents: isCached, from };
}
