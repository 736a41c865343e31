import type { CnbErrorCode } from "./errors.ts";

/** The party that provides an input. */
export type Origin = "app" | "buildpack" | "image" | "registry" | "engine" | "archive" | "operator";

/**
 * A limit on third-party input that cnb reads. The guide lists all limits (docs/guide/limits.md).
 */
export interface Limit {
  readonly from: Origin;
  /** The limited quantity, as a phrase for the table in the guide. */
  readonly what: string;
  readonly most: number;
  readonly unit: string;
  /**
   * The error code when the limit is exceeded, or a description of the effect if that is not an
   * error.
   */
  readonly code: CnbErrorCode | string;
}

const [kib, mib, gib] = [1024, 1024 ** 2, 1024 ** 3];
const bytes = "bytes";
const each = { textFile: 16 * mib };

/**
 * All limits of the packager. Each is far above values in real use. A greater value is an attack or
 * a mistake, and would cost unbounded time or memory.
 */
export const limits = {
  textFile: {
    from: "buildpack",
    what: "a text file: `*.toml`, env files, Dockerfiles",
    most: each.textFile,
    unit: bytes,
    code: "BUILD_OUTPUT_INVALID",
  },
  tomlDepth: {
    from: "buildpack",
    what: "nested tables in a TOML file",
    most: 100,
    unit: "levels",
    code: "BUILD_OUTPUT_INVALID",
  },
  layersEntries: {
    from: "buildpack",
    what: "entries of a buildpack's layers directory",
    most: 10_000,
    unit: "entries",
    code: "BUILD_OUTPUT_INVALID",
  },
  envFiles: {
    from: "buildpack",
    what: "files of an env directory",
    most: 10_000,
    unit: "files",
    code: "BUILD_OUTPUT_INVALID",
  },
  envBytes: {
    from: "buildpack",
    what: "files of an env directory together",
    most: 16 * mib,
    unit: bytes,
    code: "BUILD_OUTPUT_INVALID",
  },
  processes: {
    from: "buildpack",
    what: "`[[processes]]` of a launch.toml",
    most: 1000,
    unit: "processes",
    code: "BUILD_OUTPUT_INVALID",
  },
  processType: {
    from: "buildpack",
    what: "the type of a process, which becomes a file's name",
    most: 255,
    unit: bytes,
    code: "BUILD_OUTPUT_INVALID",
  },
  labels: {
    from: "buildpack",
    what: "`[[labels]]` of a launch.toml",
    most: 10_000,
    unit: "labels",
    code: "BUILD_OUTPUT_INVALID",
  },
  unmet: {
    from: "buildpack",
    what: "`[[unmet]]` of a build.toml",
    most: 10_000,
    unit: "entries",
    code: "BUILD_OUTPUT_INVALID",
  },
  slices: {
    from: "buildpack",
    what: "`[[slices]]` of a launch.toml",
    most: 1000,
    unit: "slices",
    code: "BUILD_OUTPUT_INVALID",
  },
  slicePatterns: {
    from: "buildpack",
    what: "patterns in all `[[slices]]` of a launch.toml",
    most: 10_000,
    unit: "patterns",
    code: "BUILD_OUTPUT_INVALID",
  },
  patternBytes: {
    from: "buildpack",
    what: "a pattern in `[[slices]]`",
    most: 4 * kib,
    unit: bytes,
    code: "BUILD_OUTPUT_INVALID",
  },
  sliceComparisons: {
    from: "buildpack",
    what: "patterns with wildcards × files of the app",
    most: 100_000_000,
    unit: "comparisons",
    code: "BUILD_OUTPUT_INVALID",
  },
  appConfig: {
    from: "buildpack",
    what: "the configuration of the app's image: labels, layer metadata, store.toml of all buildpacks",
    most: 8 * mib,
    unit: bytes,
    code: "EXPORT_FAILED",
  },
  sbomFile: {
    from: "buildpack",
    what: "an SBOM file",
    most: 64 * mib,
    unit: bytes,
    code: "BUILD_OUTPUT_INVALID",
  },
  outputLine: {
    from: "buildpack",
    what: "a line of output",
    most: mib,
    unit: bytes,
    code: "split into several",
  },
  detectOutput: {
    from: "buildpack",
    what: "output of a `bin/detect` that is kept for the error",
    most: mib,
    unit: bytes,
    code: "the rest is left out",
  },
  planEntries: {
    from: "buildpack",
    what: "`provides` and `requires` of a build plan, with all alternatives",
    most: 10_000,
    unit: "entries",
    code: "DETECT_ERRORED",
  },
  planAlternatives: {
    from: "buildpack",
    what: "`[[or]]` of a build plan",
    most: 1000,
    unit: "alternatives",
    code: "DETECT_ERRORED",
  },
  configFile: {
    from: "app",
    what: "`project.toml`, `package.toml`, `buildpack.toml`, `builder.toml`, `base.toml`, `config.toml`, `policy.toml`, files of `--env-from`",
    most: mib,
    unit: bytes,
    code: "PROJECT_INVALID, BUILDPACK_INVALID, BUILDER_CONFIG_INVALID, CONFIG_INVALID, POLICY_INVALID, ENV_FILE_INVALID",
  },
  keyring: {
    from: "app",
    what: "a keyring of `cnb base create`",
    most: 16 * mib,
    unit: bytes,
    code: "BASE_KEYRING_INVALID",
  },
  layerFiles: {
    from: "app",
    what: "files of an app, or of a layer of a buildpack",
    most: 1_000_000,
    unit: "files",
    code: "TAR_TOO_LARGE",
  },
  layerPaths: {
    from: "app",
    what: "paths of these files together",
    most: 256 * mib,
    unit: bytes,
    code: "TAR_TOO_LARGE",
  },
  projectPatterns: {
    from: "app",
    what: "`include` or `exclude` of a project.toml",
    most: 1000,
    unit: "patterns",
    code: "PROJECT_INVALID",
  },
  projectPatternCharacters: {
    from: "app",
    what: "a pattern of `include` or `exclude`",
    most: kib,
    unit: "characters",
    code: "PROJECT_INVALID",
  },
  projectWildcards: {
    from: "app",
    what: "wildcards in one part of a pattern, and `**` in a pattern",
    most: 4,
    unit: "wildcards",
    code: "PROJECT_INVALID",
  },
  projectComparisons: {
    from: "app",
    what: "patterns of `include` or `exclude` × files of the app",
    most: 100_000_000,
    unit: "comparisons",
    code: "PROJECT_INVALID",
  },
  document: {
    from: "image",
    what: "an index, manifest or configuration, also a page of a registry's list",
    most: 8 * mib,
    unit: bytes,
    code: "IMAGE_INVALID",
  },
  documentDepth: {
    from: "image",
    what: "nesting in the JSON of image documents and labels",
    most: 100,
    unit: "levels",
    code: "IMAGE_INVALID, LABEL_INVALID",
  },
  indexDepth: {
    from: "image",
    what: "nested indexes",
    most: 3,
    unit: "levels",
    code: "IMAGE_INVALID",
  },
  indexImages: {
    from: "image",
    what: "images of an index",
    most: 1000,
    unit: "images",
    code: "IMAGE_INVALID",
  },
  orderMembers: {
    from: "image",
    what: "members of the order in a label",
    most: 10_000,
    unit: "members",
    code: "LABEL_INVALID",
  },
  orderDepth: {
    from: "image",
    what: "nested composite buildpacks in a label",
    most: 100,
    unit: "levels",
    code: "LABEL_INVALID",
  },
  restoredSboms: {
    from: "image",
    what: "the SBOM layer of the previous image",
    most: 256 * mib,
    unit: bytes,
    code: "TAR_TOO_LARGE",
  },
  listedNodes: {
    from: "image",
    what: "files of an image that `cnb inspect --layers` and `--files` list",
    most: 1_000_000,
    unit: "files",
    code: "TAR_TOO_LARGE",
  },
  checkedFiles: {
    from: "image",
    what: "files in all layers that `cnb check` searches for secrets",
    most: 2_000_000,
    unit: "files",
    code: "TAR_TOO_LARGE",
  },
  checkedBytes: {
    from: "image",
    what: "these files together, unpacked",
    most: 64 * gib,
    unit: bytes,
    code: "TAR_TOO_LARGE",
  },
  links: {
    from: "image",
    what: "symbolic links on one path, as in Linux",
    most: 40,
    unit: "links",
    code: "ARCHIVE_UNSAFE, SANDBOX_FAILED, or the path leads nowhere",
  },
  imageFiles: {
    from: "image",
    what: "files in all layers of an image that runs on this machine",
    most: 2_000_000,
    unit: "files",
    code: "TAR_TOO_LARGE",
  },
  imagePaths: {
    from: "image",
    what: "paths of these files together",
    most: 512 * mib,
    unit: bytes,
    code: "TAR_TOO_LARGE",
  },
  extendedFiles: {
    from: "image",
    what: "files of an image that `cnb base create` extends",
    most: 500_000,
    unit: "files",
    code: "TAR_TOO_LARGE",
  },
  extendedBytes: {
    from: "image",
    what: "paths of that image, and the package records read from it, together",
    most: 256 * mib,
    unit: bytes,
    code: "TAR_TOO_LARGE",
  },
  memberPath: {
    from: "archive",
    what: "the path of a tar member or the target of a link, as in Linux",
    most: 4095,
    unit: bytes,
    code: "TAR_UNSUPPORTED",
  },
  memberName: {
    from: "archive",
    what: "a name in the path of a tar member, as in Linux",
    most: 255,
    unit: bytes,
    code: "TAR_UNSUPPORTED",
  },
  extendedHeader: {
    from: "archive",
    what: "the extended headers (PAX, GNU) of a tar member together",
    most: mib,
    unit: bytes,
    code: "TAR_INVALID",
  },
  expansion: {
    from: "archive",
    what: "growth of compressed data that has more than 512 MiB when it is unpacked",
    most: 200,
    unit: "times",
    code: "TAR_TOO_LARGE",
  },
  zstdFrames: {
    from: "archive",
    what: "zstd frames, if they have fewer than 64 bytes on average",
    most: 10_000,
    unit: "frames",
    code: "TAR_TOO_LARGE",
  },
  zstdWindow: {
    from: "archive",
    what: "the window of zstd data",
    most: 128 * mib,
    unit: bytes,
    code: "TAR_INVALID",
  },
  buildpackArchive: {
    from: "archive",
    what: "a buildpack's archive, unpacked",
    most: 512 * mib,
    unit: bytes,
    code: "TAR_TOO_LARGE",
  },
  lifecycleArchive: {
    from: "archive",
    what: "a lifecycle's archive, unpacked",
    most: 512 * mib,
    unit: bytes,
    code: "LIFECYCLE_INVALID",
  },
  debControl: {
    from: "archive",
    what: "the control archive of a Debian package, unpacked",
    most: 16 * mib,
    unit: bytes,
    code: "BASE_PACKAGE_INVALID",
  },
  debData: {
    from: "archive",
    what: "the files of a Debian package",
    most: 2 * gib,
    unit: bytes,
    code: "BASE_PACKAGE_INVALID",
  },
  releaseIndex: {
    from: "archive",
    what: "a distribution's InRelease",
    most: 32 * mib,
    unit: bytes,
    code: "BASE_DOWNLOAD_FAILED",
  },
  packageIndex: {
    from: "archive",
    what: "a distribution's package index, unpacked",
    most: 256 * mib,
    unit: bytes,
    code: "BASE_INDEX_INVALID",
  },
  signatures: {
    from: "registry",
    what: "signatures and attestations of an image",
    most: 100,
    unit: "signatures",
    code: "SIGNATURE_INVALID",
  },
  attestation: {
    from: "registry",
    what: "a signature or an attestation",
    most: 128 * mib,
    unit: bytes,
    code: "SIGNATURE_INVALID",
  },
  registryWords: {
    from: "registry",
    what: "the text of an error",
    most: 64 * kib,
    unit: bytes,
    code: "the rest is left out",
  },
  redirects: {
    from: "registry",
    what: "redirects in a row",
    most: 10,
    unit: "redirects",
    code: "REGISTRY_FAILED",
  },
  pages: {
    from: "registry",
    what: "pages of a list of tags, repositories or referrers",
    most: 10_000,
    unit: "pages",
    code: "REGISTRY_FAILED",
  },
  retryAfter: {
    from: "registry",
    what: "waiting time that a response requests (`Retry-After`)",
    most: 120,
    unit: "seconds",
    code: "`cnb` waits for 120 seconds",
  },
  inventoryIndex: {
    from: "registry",
    what: "an index of releases or a file of checksums, for `cnb inventory`",
    most: 64 * mib,
    unit: bytes,
    code: "INVENTORY_SOURCE_UNAVAILABLE",
  },
  inventoryItems: {
    from: "registry",
    what: "releases or files in an index, for `cnb inventory`",
    most: 200_000,
    unit: "items",
    code: "INVENTORY_SOURCE_INVALID",
  },
  inventorySignature: {
    from: "registry",
    what: "the signature of an index, for `cnb inventory`",
    most: mib,
    unit: bytes,
    code: "INVENTORY_SOURCE_UNAVAILABLE",
  },
  engineError: {
    from: "engine",
    what: "the text of an error",
    most: 64 * kib,
    unit: bytes,
    code: "the rest is left out",
  },
  engineText: {
    from: "engine",
    what: "a JSON document",
    most: 16 * mib,
    unit: bytes,
    code: "DAEMON_FAILED",
  },
  vulnerabilityReport: {
    from: "operator",
    what: "a vulnerability report of `cnb check`",
    most: 64 * mib,
    unit: bytes,
    code: "VULNERABILITY_REPORT_INVALID",
  },
  lockFile: {
    from: "operator",
    what: "a lock file",
    most: 8 * mib,
    unit: bytes,
    code: "LOCK_INVALID",
  },
} as const satisfies Readonly<Record<string, Limit>>;

export type LimitName = keyof typeof limits;
