import type { Layers } from "libcnb";
import { listTree } from "./listing.ts";
import { isIntact, writePack } from "./pack.ts";
import { downloads, npmWork } from "./provided.ts";
import { unpack } from "./unpack.ts";

/** npm's download cache while npm runs. */
export interface NpmCache {
  /** A folder that no later build sees. */
  readonly dir: string;
  /** Takes the downloads of earlier builds out of their layer. */
  load(): void;
  /** Puts all downloads into the layer. */
  save(): void;
}

/** Provides npm's downloads, which are unpacked only when npm installs. */
export async function provideNpmCache(layers: Layers): Promise<NpmCache> {
  const kept = await keepDownloads(layers);
  const { path: dir } = await layers.provide(npmWork, { create() {} });
  return {
    dir,
    load() {
      if (isIntact(kept)) unpack(kept, dir);
    },
    save() {
      writePack(dir, listTree(dir), kept);
    },
  };
}

/** Keeps npm's downloads for the next build; returns the folder of their layer. */
export async function keepDownloads(layers: Layers): Promise<string> {
  const { path } = await layers.provide(downloads, { metadata: { format: "cacache, packed" }, create() {} });
  return path;
}
