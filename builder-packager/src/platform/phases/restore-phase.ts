import { copyFile, lchown, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type BuildpackRestore, type Group, type RestoredLayer, restorePlan } from "libcnb/lifecycle-rules";
import { escapeBuildpackId as escapeId } from "libcnb/spec";
import type { Reporter } from "../../reporter.ts";
import { removeTree } from "../../sandbox/remove-tree.ts";
import type { LayerCache, RestoredTree } from "../cache/layer-cache.ts";
import { minorOf } from "../formats/descriptor.ts";
import { writeGoToml } from "../formats/go-toml.ts";
import { noCache } from "../formats/lifecycle-metadata.ts";
import type { PreviousImage } from "../images/previous-image.ts";
import { layersDir } from "../paths.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import { buildOwner } from "../rootfs/work-dir.ts";
import { sbomEntries } from "./sbom-content.ts";

/**
 * Layers restored from the cache, by path, with their diff ID and a fingerprint. The fingerprint
 * shows whether a buildpack changed the layer.
 */
export type RestoredTrees = ReadonlyMap<string, { readonly sha: string; readonly fingerprint: string }>;

/** The inputs of the restore phase. */
export interface RestoreInput {
  readonly group: Group;
  readonly previousImage: PreviousImage | undefined;
  readonly cache: LayerCache;
  /** True to ignore the contents of the cache. */
  readonly skipLayers: boolean;
  readonly reporter: Reporter;
}

/** Restores the layers of the group's buildpacks from the last build. */
export async function restore(
  environment: BuildEnvironment,
  { group, previousImage, cache: kept, skipLayers, reporter }: RestoreInput,
): Promise<RestoredTrees> {
  const cache = skipLayers ? { ...kept, metadata: noCache } : kept;
  const plan = restorePlan(group, {
    app: previousImage?.metadata.buildpacks ?? [],
    cache: cache.metadata.buildpacks,
    launchFromCache: minorOf(environment.builder.platformApi) >= 14,
  });
  const trees = new Map<string, { sha: string; fingerprint: string }>();
  let fresh = false;
  // Detect can write to /layers: through a link that it left there, a file would be restored into this machine.
  for (const { id } of group) await removeTree(join(environment.work.layers, escapeId(id)));
  for (const buildpack of plan)
    fresh = (await restoreBuildpack(environment, buildpack, cache, reporter, trees)) || fresh;
  await restoreSboms(environment, group, previousImage, cache);
  // The kernel's clock for change times ticks every few milliseconds: what a buildpack writes must get a later one.
  if (fresh) await setTimeout(12);
  return trees;
}

/** Restores the layers of a buildpack. Returns true if files were written, and not only moved. */
async function restoreBuildpack(
  environment: BuildEnvironment,
  { id, store, layers, dropped, hasDirectory }: BuildpackRestore,
  cache: LayerCache,
  reporter: Reporter,
  trees: Map<string, { sha: string; fingerprint: string }>,
): Promise<boolean> {
  for (const { name, reason } of dropped) reporter.debug(`Not restoring ${id}:${name}: ${reason}`);
  if (!hasDirectory) return false;
  let fresh = false;
  const dir = join(environment.work.layers, escapeId(id));
  await ownedDirectory(environment, dir);
  if (store) await ownedFile(environment, join(dir, "store.toml"), metadataToml(store.metadata));
  for (const layer of layers) {
    const path = `${layersDir}/${escapeId(id)}/${layer.name}`;
    const restored = await restoreLayer(environment, dir, layer, { cache, path });
    if (!restored) {
      reporter.warn(`not restoring ${id}:${layer.name}: its files in the cache were changed or lost`);
      continue;
    }
    reporter.info(
      `Restored ${layer.contents ? "files and metadata" : "metadata"} of ${id}:${layer.name} from the ${layer.contents ? "cache" : layer.from}`,
    );
    if (restored === "no files") continue;
    fresh ||= restored.fresh;
    trees.set(path, { sha: layer.sha, fingerprint: restored.fingerprint });
  }
  return fresh;
}

async function restoreLayer(
  environment: BuildEnvironment,
  dir: string,
  { name, sha, metadata, contents }: RestoredLayer,
  { cache, path }: { readonly cache: LayerCache; readonly path: string },
): Promise<RestoredTree | "no files" | undefined> {
  const restored = contents ? await cache.restore(sha, join(dir, name), path) : "no files";
  if (restored) await ownedFile(environment, join(dir, `${name}.toml`), metadataToml(metadata));
  return restored;
}

/**
 * The text of a restored `<layer>.toml` or store.toml. Layer types are never restored: a buildpack
 * has to declare its layer again.
 */
function metadataToml(metadata: unknown): string {
  return metadata === undefined ? "" : writeGoToml({ metadata: withoutNulls(metadata) });
}

/**
 * Removes null values, which TOML does not have. The lifecycle's TOML writer leaves such keys out.
 */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== null).map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== null);
  return Object.fromEntries(entries.map(([key, entry]) => [key, withoutNulls(entry)]));
}

/**
 * Restores the SBOMs of layers next to the layers, for buildpacks that have a layers directory. The
 * cache's files are written first; the previous image's replace them.
 */
async function restoreSboms(
  environment: BuildEnvironment,
  group: Group,
  previous: PreviousImage | undefined,
  cache: LayerCache,
): Promise<void> {
  const dirs = new Map(group.map(({ id }) => [escapeId(id), join(environment.work.layers, escapeId(id))]));
  const location = async (id: string, layer: string, name: string, write: (path: string) => Promise<void>) => {
    const dir = dirs.get(id);
    if (!dir || !(await environment.files.find(`${layersDir}/${id}`))) return;
    const path = join(dir, `${layer}.${name}`);
    await write(path);
    await give(environment, path);
  };
  await restoreCachedSboms(environment, cache, location);
  await restorePreviousSboms(previous, location);
}

type PutFile = (id: string, layer: string, name: string, write: (path: string) => Promise<void>) => Promise<void>;

async function restoreCachedSboms(environment: BuildEnvironment, cache: LayerCache, location: PutFile): Promise<void> {
  const { sbom } = cache.metadata;
  const dir = join(environment.work.dir, "sbom-from-cache");
  if (!sbom || !(await cache.restore(sbom, dir, `${layersDir}/sbom/cache`))) return;
  for (const path of await filesBelow(dir)) {
    const [id, layer, name] = partsOf(path);
    if (name) await location(id, layer, name, (target) => copyFile(join(dir, path), target));
  }
}

async function restorePreviousSboms(previous: PreviousImage | undefined, location: PutFile): Promise<void> {
  const sha = previous?.metadata.sbom;
  const layer = previous?.image.layers.find(({ diffId }) => diffId === sha);
  if (!layer) return;
  for (const entry of await sbomEntries(layer)) {
    const [id, name, file] = partsOf(entry.path.replace(/^\/?layers\/sbom\/launch\//, ""));
    const content = entry.type === "file" ? entry.content : undefined;
    if (file && content instanceof Uint8Array) await location(id, name, file, (target) => writeFile(target, content));
  }
}

/**
 * Splits `<buildpack>/<layer>/sbom.<ext>`. SBOMs that belong to no layer are not restored.
 */
function partsOf(path: string): readonly [string, string, string | undefined] {
  const [id = "", layer = "", name, ...more] = path.split("/");
  const safe = more.length === 0 && !["", ".", ".."].includes(layer) && /^sbom.+json$/.test(name ?? "");
  return [id, layer, safe ? name : undefined];
}

async function filesBelow(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
}

async function ownedDirectory(environment: BuildEnvironment, dir: string): Promise<void> {
  if (await mkdir(dir, { recursive: true })) await give(environment, dir);
}

async function ownedFile(environment: BuildEnvironment, path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await give(environment, path);
}

async function give({ builder }: BuildEnvironment, path: string): Promise<void> {
  const owner = buildOwner(builder);
  if (owner) await lchown(path, owner.uid, owner.gid);
}
