import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DownloadFile, extractArchive, type Release } from "libcnb";

/** Takes those files of a release into a directory that are wanted, by their names without the folder that the archive puts around all. */
export type Unpack = (release: Release, dir: string, isWanted: (name: string) => boolean) => Promise<void>;

/** Gives `use` an `Unpack` that downloads the release once, however many layers take something of it, and not at all if none does. */
export async function unpacking(download: DownloadFile, use: (unpack: Unpack) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "python-"));
  const file = join(dir, "archive");
  let downloaded: Promise<unknown> | undefined;
  try {
    await use(async ({ uri, checksum, stripComponents = 1 }, to, isWanted) => {
      downloaded ??= download(uri, { to: file, ...(checksum && { integrity: checksum }) });
      await downloaded;
      await extractArchive(file, to, { strip: stripComponents, filter: isWanted });
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
