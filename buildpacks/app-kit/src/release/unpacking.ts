import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DownloadFile, type ExtractOptions, extractArchive, LibcnbError, type Release } from "libcnb";
import { defined } from "../defined.ts";

/**
 * A function that copies selected files of a release into a directory. `isWanted` gets names
 * without the archive's top-level directory.
 */
export type Unpack = (release: Release, dir: string, isWanted: (name: string) => boolean) => Promise<void>;

/**
 * Calls `use` with an {@link Unpack} function, which downloads a release at most once, even if
 * several layers use it. Download errors name the setting `mirrorSetting`, such as
 * `BP_NODE_MIRROR`.
 */
export async function unpacking(
  download: DownloadFile,
  use: (unpack: Unpack) => Promise<void>,
  mirrorSetting?: string,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "release-"));
  const downloads = new Map<string, Promise<string>>();
  const downloaded = async ({ uri, checksum }: Release, file: string) => {
    await download(uri, { to: file, ...defined({ integrity: checksum }) }).catch((error: unknown) => {
      throw mirrorSetting === undefined ? error : withMirror(error, mirrorSetting);
    });
    return file;
  };
  const fileOf = (release: Release): Promise<string> => {
    const file = downloads.get(release.uri) ?? downloaded(release, join(dir, String(downloads.size)));
    downloads.set(release.uri, file);
    return file;
  };
  try {
    await use(async (release, to, isWanted) =>
      extractArchive(await fileOf(release), to, { strip: release.stripComponents ?? 1, filter: isWanted }),
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function withMirror(error: unknown, setting: string): unknown {
  if (!(error instanceof LibcnbError) || error.code !== "DOWNLOAD_FAILED" || isOfDisk(error.cause)) return error;
  const hint = `${error.hint ?? ""} To download from a mirror, set ${setting}.`.trim();
  return new LibcnbError("DOWNLOAD_FAILED", error.message, { cause: error.cause, hint });
}

const isOfDisk = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && /^(?:ENOSPC|EDQUOT)$/.test(String(cause.code));

/**
 * Extracts an archive that was downloaded from a user-defined location. If the archive is invalid,
 * `refusal` creates an error with that location, because the path of the downloaded file is
 * meaningless to the user.
 */
export async function extractNamed(
  file: string,
  dir: string,
  { refusal, ...options }: ExtractOptions & { readonly refusal: (cause: string) => Error },
): Promise<void> {
  try {
    await extractArchive(file, dir, options);
  } catch (error) {
    const isNone = error instanceof LibcnbError && error.code === "ARCHIVE_INVALID";
    throw isNone ? refusal("it is damaged or not an archive") : error;
  }
}
