import { join, relative, resolve } from "node:path";
import { cacheDir } from "../../cache-dirs.ts";
import { noteMaking, noteUse } from "../../cache-use.ts";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import { formatImageReference } from "../../oci/model/reference.ts";
import type { Reporter } from "../../reporter.ts";
import { type BuildImageOptions, registryOf } from "../build-options.ts";
import { exportLevel } from "../export/export-layer.ts";
import type { Builder } from "../images/builder.ts";
import { buildOwner, type WorkDir } from "../rootfs/work-dir.ts";
import { cacheFolderOf, type LayerCache, openLayerCache } from "./layer-cache.ts";

/** Opens the cache of a build, passes it to `use`, and always closes it. */
export async function withCache<Result>(
  options: BuildImageOptions,
  { work, builder }: { readonly work: WorkDir; readonly builder: Builder },
  use: (cache: LayerCache) => Promise<Result>,
): Promise<Result> {
  const { reporter } = options;
  const cache = await openCache(options, work, builder);
  if (cache.problem) reporter.warn(`starting without the cache: ${cache.problem}`);
  try {
    return await use(cache);
  } finally {
    await closeCache(cache, work, reporter);
  }
}

async function openCache(options: BuildImageOptions, work: WorkDir, builder: Builder): Promise<LayerCache> {
  const { signal, env, compression, cacheImage } = options;
  if (cacheImage === undefined) {
    const dir = options.cache ?? (await defaultCache(options));
    if (!(await noteUse(dir))) await noteMaking(dir);
    return openLayerCache(dir, { work: work.dir, owner: buildOwner(builder), signal });
  }
  const { openImageCache } = await import("./image-cache.ts");
  const store = await openBlobStore(cacheDir(env, "blobs"), { compression, level: exportLevel });
  const { config: platform } = builder.image;
  return openImageCache(cacheImage, { work: work.dir, store, registry: registryOf(options), platform });
}

const defaultCache = async ({ env, app, output }: BuildImageOptions): Promise<string> =>
  cacheFolderOf(
    cacheDir(env, "builds"),
    app,
    formatImageReference(output.kind === "oci" ? { ...output, dir: resolve(output.dir) } : output),
  );

/** After a failed build the old cache stays as far as possible. That the rest is lost must not hide why the build failed. */
async function closeCache(cache: LayerCache, { dir, layers }: WorkDir, reporter: Reporter): Promise<void> {
  try {
    for (const path of await cache.close())
      reporter.warn(`${relative(layers, join(dir, path))} is no longer in the cache: this build changed it and failed`);
  } catch (error) {
    reporter.warn(`cannot restore the cache in ${cache.dir}: ${(error as Error).message}`);
  }
}
