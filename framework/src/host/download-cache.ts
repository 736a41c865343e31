import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Checksum } from "./checksum.ts";
import type { Download } from "./download.ts";
import { hasCode } from "./read.ts";
import { copyVerified, copyWhole } from "./verified-copy.ts";

/** Longer than any copy takes. */
const staleMs = 60 * 60 * 1000;

/**
 * A directory of downloads that outlives builds: `<dir>/<algorithm>/<digest>`. Files come by renaming and are checked whenever they are used, so
 * that neither a killed process nor a full disk leaves anything that is trusted; any number of processes may use it at once.
 */
export interface DownloadCache {
  /** Puts the file there if the cache has it. */
  restore(checksum: Checksum, to: string): Promise<Download | undefined>;
  /** Keeps a file that is known to be right. A cache that cannot be written is told about once and is no reason to fail. */
  keep(checksum: Checksum, file: string): Promise<void>;
}

/** The cache in a directory, which need not be there yet. */
export function downloadCache(dir: string, warn: (text: string) => void): DownloadCache {
  const place = ({ algorithm, digest }: Checksum) => join(dir, algorithm, digest);
  return {
    async restore(checksum, to) {
      const file = place(checksum);
      if (!(await isFile(file))) return undefined;
      const copied = await attempt(async () => ({ found: await copyVerified(file, to, checksum) }), warn);
      if (copied !== undefined && copied.found === undefined) await attempt(() => rm(file, { force: true }), warn);
      return copied?.found;
    },
    async keep(checksum, file) {
      await attempt(async () => {
        await copyWhole(file, place(checksum));
        await removeStale(join(dir, checksum.algorithm));
      }, warn);
    },
  };
}

async function attempt<T>(work: () => Promise<T>, warn: (text: string) => void): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    warn(`The download cache cannot be used: ${error.message}`);
    return undefined;
  }
}

/** What processes left that were killed while they copied. */
async function removeStale(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.endsWith(".partial")) continue;
    const file = join(dir, name);
    const { mtimeMs } = await stat(file).catch(absentAs({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > staleMs) await rm(file, { force: true });
  }
}

const isFile = async (file: string): Promise<boolean> =>
  (await stat(file).catch(absentAs({ isFile: () => false }))).isFile();

const absentAs =
  <T>(absent: T) =>
  (error: unknown): T => {
    if (hasCode(error, "ENOENT", "ENOTDIR", "EACCES")) return absent;
    throw error;
  };
