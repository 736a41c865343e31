import type { ExtractOptions } from "../host/archives/extract-options.ts";
import type { InventoryFile, Release } from "./release.ts";
import type { VersionScheme } from "./versions/versions.ts";

/** Options for choosing a release. */
export interface ResolveOptions {
  /** The version scheme. Default: `"semver"`. */
  readonly scheme?: VersionScheme;
  /**
   * True to treat pre-releases like other releases. By default, a pre-release only matches if the
   * range names one.
   */
  readonly prereleases?: boolean;
  /**
   * Selects matching releases that are preferred over newer ones, such as those with long-term
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
   * True if the file is an archive to extract. Default: decided by the file extension (`.tar.gz`,
   * `.tgz`, `.tar.xz`, `.tar.zst`, `.zip`, …).
   */
  readonly extract?: boolean;
  /**
   * The path below the directory, for a file that is not an archive. Default: the name of the file.
   */
  readonly as?: string;
  /** True to make a file executable that is not an archive. Default: false. */
  readonly executable?: boolean;
}

/**
 * The releases that a buildpack can install: name, version, URL and checksum of each, in
 * `[[metadata.dependencies]]` of buildpack.toml or in another file.
 *
 * `resolve` turns a user's range (`22.x`, `>=3.12`) into one release for the target's operating system
 * and architecture. The log shows the candidates and the choice. `install` downloads that release
 * through the user's mirrors, proxies and bindings, verifies its checksum, and extracts it. A package
 * for air-gapped builds contains the same files, and `install` then needs no network.
 *
 * The file is read on first use, so that it costs detect no time.
 *
 * @example
 * ```ts
 * const release = await inventory.resolve("go", config.BP_GO_VERSION, { source: "BP_GO_VERSION" });
 * const go = cachedLayer("go", { build: true, metadata: s.table({ version: s.string }) });
 * await layers.provide(go, {
 *   metadata: { version: release.version },
 *   create: ({ path }) => inventory.install(release, path, { strip: 1 }),
 * });
 * ```
 */
export interface Inventory {
  /**
   * Returns all releases of a dependency, in the order of the file.
   *
   * @throws LibcnbError DESCRIPTOR_INVALID, DEPENDENCY_UNKNOWN
   */
  all(id: string): Promise<readonly Release[]>;
  /**
   * Resolves the newest release in a version range that runs on the target. Logs the candidates,
   * and warns if the support of the release ends. Without a range, or with `""` or `"default"`, the
   * range in `default-versions` is used, or else any version.
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
