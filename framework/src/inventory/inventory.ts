import type { ExtractOptions } from "../host/archive.ts";
import type { InventoryFile, Release } from "./release.ts";
import type { VersionScheme } from "./versions.ts";

/** How a release is chosen. */
export interface ResolveOptions {
  /** How versions are written. Default: `"semver"`. */
  readonly scheme?: VersionScheme;
  /** Whether pre-releases are as good as others. Default: only where the range names one. */
  readonly prereleases?: boolean;
  /** Which of the releases that fit win over newer ones, such as those of lines with long support. Default: none. */
  readonly prefer?: (release: Release) => boolean;
  /** Who wants the version, for the log and for errors: `"BP_NODE_VERSION"`, `"engines.node of package.json"`. */
  readonly source?: string;
}

/** How a release is installed. */
export interface InstallOptions extends ExtractOptions {
  /** Whether it is an archive to extract. Default: told by the name of the file (`.tar.gz`, `.tgz`, `.tar.xz`, `.tar.zst`, `.zip`, …). */
  readonly extract?: boolean;
  /** What is no archive: its path below the directory. Default: the name of the file. */
  readonly as?: string;
  /** What is no archive: whether it is a program, which all may execute. Default: false. */
  readonly executable?: boolean;
}

/** The releases of buildpack.toml's `[[metadata.dependencies]]`, or of another file. Nothing is read before it is asked for. */
export interface Inventory {
  /** All releases of a dependency, in the order of the file. @throws LibcnbError DESCRIPTOR_INVALID, DEPENDENCY_UNKNOWN */
  all(id: string): Promise<readonly Release[]>;
  /**
   * The newest release that a version range admits and that runs on the target. Logs the candidates, and warns of one whose support ends.
   * No range, `""` or `"default"`: the version in `default-versions`, else any.
   *
   * @throws LibcnbError DESCRIPTOR_INVALID, DEPENDENCY_UNKNOWN, VERSION_RANGE_INVALID, VERSION_UNAVAILABLE
   */
  resolve(id: string, wanted?: string, options?: ResolveOptions): Promise<Release>;
  /**
   * Downloads a release (see `download` of the context), checks it, and extracts or copies it into a directory.
   *
   * @throws LibcnbError DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM_MISMATCH, ARCHIVE_INVALID, ARCHIVE_UNSAFE, ARCHIVE_TOO_LARGE, MIRROR_INVALID, NPM_REGISTRY_UNKNOWN
   */
  install(release: Release, dir: string, options?: InstallOptions): Promise<void>;
  /** The same for the releases of another file: see `readInventory`. */
  of(file: InventoryFile): Inventory;
}
