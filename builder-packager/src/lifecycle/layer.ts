import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createNextTo } from "../oci/files/output-file.ts";
import { isMarkedVerified, markVerified } from "../oci/files/verified-mark.ts";
import type { BlobStore } from "../oci/layers/blob-store.ts";
import { createLayer } from "../oci/layers/layer.ts";
import { hexOf, parseDigest } from "../oci/model/digest.ts";
import type { Layer } from "../oci/model/image.ts";
import type { TarEntry } from "../tar/entry.ts";
import { nameOf } from "./entry-name.ts";
import type { OpenedLifecycle } from "./source.ts";

/** The compression level. It takes half the time of level 6, for 3 % more bytes (measured). */
const level = 4;

/**
 * The version of {@link layerEntries}. Increase it when its result for the same lifecycle changes.
 */
const recipe = 1;

/**
 * Returns the layer with a lifecycle. If the store already contains the layer, the layer is found
 * by the archive's digest, without reading the archive.
 *
 * @throws CnbError LIFECYCLE_INVALID, OUTPUT_UNWRITABLE
 */
export async function lifecycleLayer(lifecycle: OpenedLifecycle, store: BlobStore): Promise<Layer> {
  const note = join(store.dir, "diff-ids", `${hexOf(lifecycle.digest)}.lifecycle-${recipe}`);
  const known = await madeBefore(note, store);
  if (known) return known;
  const layer = await createLayer(layerEntries(await lifecycle.entries()), store, { level });
  await createNextTo(note, async (temporary) => {
    await writeFile(temporary, layer.diffId);
    await rename(temporary, note);
    await markVerified(note);
  });
  return layer;
}

async function madeBefore(note: string, store: BlobStore): Promise<Layer | undefined> {
  if (!(await isMarkedVerified(note))) return undefined; // none, or somebody else's
  try {
    return await store.find(parseDigest(await readFile(note, "utf8")), store.compression, level);
  } catch {
    return undefined; // a note that cannot be read is as good as none
  }
}

/**
 * Returns the entries of the lifecycle layer, as in pack: the files one level below the archive's
 * directory. lifecycle.toml is left out, because its content becomes a label.
 */
export function layerEntries(entries: readonly TarEntry[]): TarEntry[] {
  const files = entries.flatMap((entry) => {
    const name = /^[^/]+\/([^/]+)$/.exec(nameOf(entry))?.[1];
    if (name === undefined || entry.type === "directory") return [];
    const target = entry.type === "hardlink" ? { target: entry.target.replace(/^.*\//, "/cnb/lifecycle/") } : {};
    return [{ ...entry, ...target, path: `/cnb/lifecycle/${name}` }];
  });
  const root = { uid: 0, gid: 0 };
  return [
    { ...root, type: "directory", path: "/cnb/lifecycle", mode: 0o755 },
    ...files,
    { ...root, type: "symlink", path: "/lifecycle", target: "/cnb/lifecycle", mode: 0o644 },
  ];
}
