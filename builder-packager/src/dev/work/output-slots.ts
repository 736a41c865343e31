import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../cache-dirs.ts";
import { noteMaking, noteUse } from "../../cache-use.ts";
import type { ImageReference } from "../../oci/model/reference.ts";
import { cacheFolderOf } from "../../platform/cache/layer-cache.ts";

type Layout = Extract<ImageReference, { kind: "oci" }>;

/**
 * The directory in cnb's cache for the images of an app. It contains the last image and the one
 * before, so that they can be compared, and the layers that the next build reuses. The directory
 * stays in the cache, so that the first build of the next `cnb dev` is fast. `cnb cache prune`
 * removes it.
 */
export interface OutputSlots {
  /** The directory of cached layers. */
  readonly cache: string;
  /** The layout of the last image; undefined if there is none. */
  last(): Layout | undefined;
  /** The layout to which the next build writes. */
  next(): Layout;
  /** Makes the layout that was just written the last one. */
  commit(): void;
}

/** Opens the directory for the images of an app. */
export async function openOutputSlots(env: NodeJS.ProcessEnv, app: string): Promise<OutputSlots> {
  const dir = await cacheFolderOf(cacheDir(env, "builds"), app, "cnb dev");
  await noteMaking(dir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await noteUse(dir);
  const slots = ["image-1", "image-2"].map((name) => join(dir, name)) as [string, string];
  let current = await newest(slots);
  const layout = (path: string): Layout => ({ kind: "oci", dir: path });
  const free = (): string => (current === slots[0] ? slots[1] : slots[0]);
  return {
    cache: join(dir, "cache"),
    last: () => (current === undefined ? undefined : layout(current)),
    next: () => layout(free()),
    commit() {
      current = free();
    },
  };
}

/** The layout that was written last. */
async function newest(dirs: readonly string[]): Promise<string | undefined> {
  const times = await Promise.all(dirs.map((dir) => stat(join(dir, "index.json")).catch(() => undefined)));
  const written = dirs.map((dir, index) => ({ dir, ms: times[index]?.mtimeMs ?? 0 })).filter(({ ms }) => ms > 0);
  return written.toSorted((one, other) => other.ms - one.ms)[0]?.dir;
}
