import { type FileTree, fileAt, putIfAbsent, symlink, textFile } from "./file-tree.ts";

/** The name and version of a distribution's release, from the archive's metadata. */
export interface ArchiveRelease {
  /** The publisher, for example `Debian`. */
  readonly origin?: string | undefined;
  /** The version, for example `12.11`. */
  readonly version?: string | undefined;
  /** The code name, for example `bookworm`. */
  readonly codename?: string | undefined;
}

/**
 * Returns the distribution's version for labels. Debian's point release `12.11` becomes version 12.
 * Ubuntu's `24.04` stays unchanged.
 */
export const versionOf = ({ origin = "", version = "" }: ArchiveRelease): string =>
  origin.toLowerCase() === "debian" ? (version.split(".")[0] ?? "") : version;

/**
 * Adds the file os-release to an image without base-files. Without this file, scanners, platforms
 * and `--extend` could not recognize the distribution, and scanners would find no advisories for
 * its packages.
 */
export function addOsRelease(tree: FileTree, release: ArchiveRelease): void {
  const { origin, codename } = release;
  if (origin === undefined || fileAt(tree, "etc/os-release")) return;
  const version = versionOf(release);
  const name = [origin, version, codename && `(${codename})`].filter(Boolean).join(" ");
  const fields = {
    PRETTY_NAME: name,
    NAME: origin,
    ID: origin.toLowerCase(),
    VERSION_ID: version,
    VERSION_CODENAME: codename,
  };
  const lines = Object.entries(fields).flatMap(([key, value]) =>
    value ? [`${key}="${value.replace(/[\\"$`\n]/g, "")}"\n`] : [],
  );
  putIfAbsent(tree, "usr/lib/os-release", textFile(lines.join("")));
  putIfAbsent(tree, "etc/os-release", symlink("../usr/lib/os-release"));
}
