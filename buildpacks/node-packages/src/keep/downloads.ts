import type { Layers } from "libcnb";
import { downloads, workFolder } from "../provided.ts";
import { listTree } from "./listing.ts";
import { isIntact, writePack } from "./pack.ts";
import { unpack } from "./unpack.ts";

/** The downloads of a package manager while it runs. */
export interface Downloads {
  /** A folder that no later build sees. */
  readonly dir: string;
  /** Takes those of earlier builds out of their layer. */
  load(): void;
  /** Stores all downloads in the layer. */
  save(): void;
}

/** Provides the downloads of a package manager, which are unpacked only when it installs. */
export async function provideDownloads(layers: Layers, manager: string): Promise<Downloads> {
  const kept = await keepDownloads(layers, manager);
  const { path: dir } = await layers.provide(workFolder, { create() {} });
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

/** Keeps the downloads for the next build; returns the folder of their layer. */
export async function keepDownloads(layers: Layers, manager: string): Promise<string> {
  const { path } = await layers.provide(downloads, { metadata: { manager }, quiet: true, create() {} });
  return path;
}
