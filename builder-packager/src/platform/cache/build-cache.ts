import { join, relative, resolve } from "node:path";
import { cacheDir } from "../../cache-dirs.ts";
import { noteMaking, noteUse } from "../../cache-use.ts";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import { formatImageReference } from "../../oci/model/reference.ts";
import type { Reporter } from "../../reporter.ts";
import { type BuildImageOptions, type RegistrySettings, registryOf } from "../build-options.ts";
import { exportLevel } from "../export/export-layer.ts";
import type { Builder } from "../images/builder.ts";
import { buildOwner, type WorkDir } from "../rootfs/work-dir.ts";
import { cacheFolderOf, type LayerCache, openLayerCache } from "./layer-cache.ts";

/** The build whose cache is opened, and the options that locate the cache. */
export interface CacheInput {
  readonly work: WorkDir;
  readonly builder: Builder;
  readonly settings: CacheSettings;
}

/** The options of a build that determine the location of its cache. */
export type CacheSettings = RegistrySettings &
  Pick<BuildImageOptions, "cache" | "cacheImage" | "app" | "output" | "compression" | "reporter">;

/** Opens the cache of a build, passes it to `use`, and always closes it. */
export async function withCache<Result>(
  input: CacheInput,
  use: (cache: LayerCache) => Promise<Result>,
): Promise<Result> {
  const { work, settings } = input;
  const { reporter } = settings;
  const cache = await openCache(input);
  if (cache.problem) reporter.warn(`building without the cache: ${cache.problem}`);
  try {
    return await use(cache);
  } finally {
    await closeCache(cache, work, reporter);
  }
}

async function openCache({ work, builder, settings }: CacheInput): Promise<LayerCache> {
  const { signal, env, compression, cacheImage } = settings;
  if (cacheImage === undefined) {
    const dir = settings.cache ?? (await defaultCache(settings));
    if (!(await noteUse(dir))) await noteMaking(dir);
    return openLayerCache(dir, { work: work.dir, owner: buildOwner(builder), signal });
  }
  const { openImageCache } = await import("./image-cache.ts");
  const store = await openBlobStore(cacheDir(env, "blobs"), { compression, level: exportLevel });
  const { config: platform } = builder.image;
  return openImageCache(cacheImage, { work: work.dir, store, registry: registryOf(settings), platform });
}

const defaultCache = async ({ env, app, output }: CacheSettings): Promise<string> =>
  cacheFolderOf(
    cacheDir(env, "builds"),
    app,
    formatImageReference(output.kind === "oci" ? { ...output, dir: resolve(output.dir) } : output),
  );

/**
 * Closes the cache. After a failed build, layers that the build has not modified return to it.
 * Errors are only logged, so that they do not hide why the build failed.
 */
async function closeCache(cache: LayerCache, { dir, layers }: WorkDir, reporter: Reporter): Promise<void> {
  try {
    for (const path of await cache.close())
      reporter.warn(`${relative(layers, join(dir, path))} is no longer in the cache: this build changed it and failed`);
  } catch (error) {
    reporter.warn(`cannot restore the cache in ${cache.dir}: ${(error as Error).message}`);
  }
}
