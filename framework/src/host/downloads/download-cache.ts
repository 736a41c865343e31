import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../files/read.ts";
import type { Checksum } from "./checksum.ts";
import type { Download } from "./download-options.ts";
import { copyVerified, copyWhole } from "./verified-copy.ts";

/** A time longer than any copy takes. */
const staleMs = 60 * 60 * 1000;

/**
 * A directory of downloads that several builds share: `<dir>/<algorithm>/<digest>`. Files are
 * renamed to their final path and verified on every use, so that incomplete files of a killed
 * process or a full disk are not used. Any number of processes can use the directory at the same
 * time.
 */
export interface DownloadCache {
  /** Copies the file to its destination if the cache contains it. */
  restore(checksum: Checksum, to: string): Promise<Download | undefined>;
  /**
   * Stores a verified file. If the cache cannot be written, there is one warning but no failure.
   */
  keep(checksum: Checksum, file: string): Promise<void>;
}

/** Opens the cache in a directory, which may not exist yet. */
export function downloadCache(dir: string, warn: (text: string) => void): DownloadCache {
  const unused = (reason: string) => warn(`The download cache ${dir} (BP_DOWNLOAD_CACHE) is not used: ${reason}`);
  const location = ({ algorithm, digest }: Checksum) => join(dir, algorithm, digest);
  return {
    async restore(checksum, to) {
      const file = location(checksum);
      if (!(await isFile(file))) return undefined;
      const copied = await attempt(async () => ({ found: await copyVerified(file, to, checksum) }), unused);
      if (copied !== undefined && copied.found === undefined) await attempt(() => rm(file, { force: true }), unused);
      return copied?.found;
    },
    async keep(checksum, file) {
      await attempt(async () => {
        await copyWhole(file, location(checksum));
        await removeStale(join(dir, checksum.algorithm));
      }, unused);
    },
  };
}

async function attempt<T>(work: () => Promise<T>, warn: (text: string) => void): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    warn(error.message);
    return undefined;
  }
}

/** Removes the files of processes that were killed while copying. */
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
