import type { ExtractOptions } from "../host/archives/extract-options.ts";
import type { InventoryFile, Release } from "./release.ts";
import type { VersionScheme } from "./versions/versions.ts";

/** Options for choosing a release. */
export interface ResolveOptions {
  /** The version scheme. Default: `"semver"`. */
  readonly scheme?: VersionScheme;
  /** True if pre-releases are as good as others. Default: only where the range names one. */
  readonly prereleases?: boolean;
  /**
   * Selects matching releases that are preferred to newer ones, such as those with long-term
   * support. Default: none.
   */
  readonly prefer?: (release: Release) => boolean;
  /**
   * The origin of the requested version, for the log and errors: `"BP_NODE_VERSION"`,
   * `"engines.node of package.json"`.
   */
  readonly source?: string;
}

/** Options for installing a release. */
export interface InstallOptions extends ExtractOptions {
  /**
   * True for an archive to extract. Default: by the file's extension (`.tar.gz`, `.tgz`, `.tar.xz`,
   * `.tar.zst`, `.zip`, …).
   */
  readonly extract?: boolean;
  /** For a file that is not an archive: its path below the directory. Default: the file's name. */
  readonly as?: string;
  /** For a file that is not an archive: true makes it executable for all. Default: false. */
  readonly executable?: boolean;
}

/**
 * The releases in `[[metadata.dependencies]]` of buildpack.toml, or of another file. They are read
 * on first use.
 */
export interface Inventory {
  /** All releases of a dependency, in the order of the file. @throws LibcnbError DESCRIPTOR_INVALID, DEPENDENCY_UNKNOWN */
  all(id: string): Promise<readonly Release[]>;
  /**
   * Resolves the newest release in a version range that runs on the target. Logs the candidates,
   * and warns if support of the release ends. Without a range, or with `""` or `"default"`, uses
   * `default-versions`, or else any version.
   *
   * @throws LibcnbError DESCRIPTOR_INVALID, DEPENDENCY_UNKNOWN, VERSION_RANGE_INVALID, VERSION_UNAVAILABLE
   */
  resolve(id: string, wanted?: string, options?: ResolveOptions): Promise<Release>;
  /**
   * Downloads a release (see the context's `download`), verifies it, and extracts or copies it into
   * a directory.
   *
   * @throws LibcnbError DOWNLOAD_FAILED, DOWNLOAD_CHECKSUM_MISMATCH, ARCHIVE_INVALID, ARCHIVE_UNSAFE, ARCHIVE_TOO_LARGE, MIRROR_INVALID, NPM_REGISTRY_UNKNOWN
   */
  install(release: Release, dir: string, options?: InstallOptions): Promise<void>;
  /** Returns the inventory of another file: see `readInventory`. */
  of(file: InventoryFile): Inventory;
}
