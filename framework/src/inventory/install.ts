import { join } from "node:path";
import { defined } from "../defined.ts";
import { LibcnbError } from "../errors.ts";
import { extractArchive } from "../host/archives/archive.ts";
import { entryPath } from "../host/archives/archive-path.ts";
import type { ExtractOptions } from "../host/archives/extract-options.ts";
import type { DownloadFile } from "../host/downloads/download.ts";
import { fileNameOf } from "../host/downloads/percent-encoding.ts";
import { shownUrl } from "../host/downloads/shown-url.ts";
import { putFile } from "../host/downloads/verified-copy.ts";
import { inTemporaryDirectory } from "../host/files/temporary-directory.ts";
import type { Logger } from "../logger/logger.ts";
import type { InstallOptions } from "./inventory.ts";
import type { Release } from "./release.ts";

/** Installs a release. {@link Inventory} describes the rules. */
export async function installRelease(
  release: Release,
  dir: string,
  { extract, as, executable = false, ...options }: InstallOptions,
  { download, log }: { readonly download: DownloadFile; readonly log: Logger },
): Promise<void> {
  const { name, version, uri, checksum } = release;
  if (checksum === undefined) log.warn(`${name} ${version} has no checksum, so the file cannot be verified`);
  await inTemporaryDirectory(async (temporary) => {
    const file = join(temporary, "download");
    await download(uri, { to: file, ...defined({ integrity: checksum }) });
    if (extract ?? isArchive(uri)) return extractRelease(release, file, dir, options);
    await putFile(file, join(dir, installedPath(release, as)), executable ? 0o755 : 0o644);
  });
}

// checked like an archive's entry: the name may come from a URL
function installedPath({ id, name, version, uri }: Release, as: string | undefined): string {
  const path = as ?? fileNameOf(new URL(uri));
  try {
    return entryPath(path, 0) ?? id;
  } catch {
    throw new LibcnbError(
      "ARCHIVE_UNSAFE",
      `${name} ${version} cannot be installed as ${JSON.stringify(path)}, which is not a path within the directory`,
      { hint: "Set the option `as` of the installation to a relative path without .." },
    );
  }
}

async function extractRelease(release: Release, file: string, dir: string, options: ExtractOptions): Promise<void> {
  try {
    await extractArchive(file, dir, { ...options, strip: options.strip ?? stripOf(release) });
  } catch (error) {
    if (!(error instanceof LibcnbError)) throw error;
    const { name, version, uri } = release;
    const text = error.message.replaceAll(
      file,
      `${name} ${version} from ${uri.startsWith("npm:") ? uri : shownUrl(new URL(uri))}`,
    );
    throw new LibcnbError(error.code, text, { cause: error.cause, hint: error.hint });
  }
}

const isArchive = (uri: string): boolean =>
  uri.startsWith("npm:") || /\.(tar(\.(gz|xz|zst|bz2))?|tgz|txz|tzst|tbz2?|zip)$/i.test(new URL(uri).pathname);

// all of an npm package lies in one directory, whatever it is called
const stripOf = ({ stripComponents, uri }: Release): number => stripComponents ?? (uri.startsWith("npm:") ? 1 : 0);
