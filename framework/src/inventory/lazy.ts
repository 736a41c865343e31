import type { DownloadFile } from "../host/downloads/download.ts";
import type { Logger } from "../logger/logger.ts";
import type { Table } from "../spec/schemas/schema.ts";
import type { Target } from "../spec/target.ts";
import type { DownloadHost } from "./download-host.ts";
import type { Inventory } from "./inventory.ts";
import type { InventoryFile } from "./release.ts";

/** The downloads, the log and the target that the inventory in the context of detect and build uses. */
export interface InventoryHost extends DownloadHost {
  readonly log: Logger;
  readonly target: Target;
}

// Everything is loaded late: most detects ask for no version, and most builds of unchanged applications download nothing.

/** Creates the context's `download`. The implementation is loaded on first use. */
export const lazyDownload =
  (host: DownloadHost): DownloadFile =>
  async (url, options) => {
    const { contextDownload } = await import("./context-download.ts");
    return contextDownload(host)(url, options);
  };

/** Creates the inventory of `[metadata]` in buildpack.toml, which is read on first use. */
export function lazyInventory(metadata: Table, host: InventoryHost): Inventory {
  let file: InventoryFile | undefined;
  return inventoryOf(async () => {
    const { decodeInventory } = await import("./decode.ts");
    file ??= decodeInventory(metadata, "buildpack.toml", "metadata");
    return file;
  }, host);
}

function inventoryOf(read: () => Promise<InventoryFile>, host: InventoryHost): Inventory {
  return {
    async all(id) {
      const { releasesOf } = await import("./resolve.ts");
      return releasesOf(id, await read());
    },
    async resolve(id, wanted, options = {}) {
      const { resolveRelease } = await import("./resolve.ts");
      return resolveRelease(id, wanted, options, await read(), host);
    },
    async install(release, dir, options = {}) {
      const { installRelease } = await import("./install.ts");
      await installRelease(release, dir, options, { download: lazyDownload(host), log: host.log });
    },
    of: (file) => inventoryOf(async () => file, host),
  };
}
