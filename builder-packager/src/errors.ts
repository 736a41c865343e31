/**
 * All errors, with the exit code that `cnb` returns for each. Error codes never change and are
 * never reused; docs/errors.md documents them. Exit codes: 1 failed · 3 invalid arguments or
 * configuration · 4 an exceeded limit of wasted space · 5 a violated policy · 124 timed out ·
 * 126/127 the command cannot be started, as in a shell · 70 a bug of cnb (sysexits EX_SOFTWARE).
 * The other exit codes are those of the lifecycle: 12 incompatible buildpack API · 20–21 detect ·
 * 32 analyze · 51–52 build · 62 export · 72 rebase · 91–92 generate · 102 extend.
 */
export const catalogue = {
  APP_ENDED: { exitCode: 1, summary: "An app that the command started ended while it was still needed." },
  APP_NOT_FOUND: { exitCode: 3, summary: "The app's path does not exist or is not a directory." },
  ARCHITECTURE_MISMATCH: {
    exitCode: 3,
    summary:
      "The run image and the builder are for different platforms, or this machine cannot start the programs of an image.",
  },
  ARCHIVE_UNSAFE: { exitCode: 1, summary: "An archive would write outside the directory it is extracted into." },
  ARGUMENT_INVALID: { exitCode: 3, summary: "A command line argument is missing or malformed." },
  BASE_CHECKSUM_MISMATCH: {
    exitCode: 1,
    summary: "The checksum of a package or package index differs from the signed index.",
  },
  BASE_CONFIG_INVALID: { exitCode: 3, summary: "base.toml, or a flag of cnb base create, is not valid." },
  BASE_DEPENDENCY_UNSATISFIABLE: {
    exitCode: 1,
    summary: "The dependencies or conflicts of a base image's packages cannot be resolved.",
  },
  BASE_DISTROLESS_IMPOSSIBLE: {
    exitCode: 3,
    summary: "A distroless image would contain a shell, or a package that needs one.",
  },
  BASE_DOWNLOAD_FAILED: {
    exitCode: 1,
    summary: "A distribution mirror cannot be reached or does not have a file.",
  },
  BASE_EXTEND_UNSUPPORTED: {
    exitCode: 3,
    summary: "The image to extend and the packages are from different distributions.",
  },
  BASE_FILE_CONFLICT: {
    exitCode: 1,
    summary: "Two packages of a base image contain different files with the same path.",
  },
  BASE_INDEX_INVALID: { exitCode: 1, summary: "A package index of the distribution cannot be parsed." },
  BASE_KEYRING_INVALID: {
    exitCode: 3,
    summary: "No usable keyring was found to verify the distribution's signature.",
  },
  BASE_LOCALE_UNKNOWN: { exitCode: 3, summary: "The distribution has no compiled locale with this name." },
  BASE_LOCK_GONE: { exitCode: 1, summary: "A package that the lock file pins is on none of the mirrors." },
  BASE_MIRROR_UNKNOWN: { exitCode: 3, summary: "No mirror of the distribution is configured." },
  BASE_PACKAGE_INVALID: { exitCode: 1, summary: "A Debian package is damaged or unsafe." },
  BASE_PACKAGE_UNKNOWN: { exitCode: 3, summary: "A package requested for a base image is not in the archive." },
  BASE_RELEASE_EXPIRED: { exitCode: 1, summary: "The distribution's signed index has expired." },
  BASE_RELEASE_MISMATCH: { exitCode: 1, summary: "The distribution's signed index is for a different suite." },
  BASE_SIGNATURE_INVALID: { exitCode: 1, summary: "The signature of the distribution's index is missing or invalid." },
  BASE_SIGNATURE_UNKNOWN_KEY: {
    exitCode: 1,
    summary: "The distribution's index is signed with a key that is not in the keyring.",
  },
  BASE_TIME_ZONE_UNKNOWN: { exitCode: 3, summary: "The distribution has no time zone with this name." },
  BASE_UNSIGNED: { exitCode: 3, summary: "The packages of a directory are unsigned and not pinned by a lock file." },
  BINDING_INVALID: { exitCode: 3, summary: "A directory passed with --binding is not a usable service binding." },
  BLOB_CORRUPT: { exitCode: 1, summary: "The digest or size of a blob does not match its descriptor." },
  BUILDER_CONFIG_INVALID: { exitCode: 3, summary: "A builder.toml is not valid." },
  BUILDER_INVALID: { exitCode: 3, summary: "The components of a builder are incompatible." },
  BUILDER_NOT_FOUND: { exitCode: 3, summary: "The builder does not exist." },
  BUILDPACKAGE_INVALID: {
    exitCode: 1,
    summary: "A buildpackage lacks required labels or layers.",
  },
  BUILDPACK_API_UNSUPPORTED: {
    exitCode: 12,
    summary: "The builder's lifecycle does not support a buildpack's Buildpack API.",
  },
  BUILDPACK_DEPENDENCY_UNKNOWN: {
    exitCode: 3,
    summary: "A dependency in package.toml cannot be found.",
  },
  BUILDPACK_ENTRY_MISSING: {
    exitCode: 3,
    summary: "A buildpack has neither a TypeScript entry point nor executables in bin/.",
  },
  BUILDPACK_INVALID: { exitCode: 3, summary: "A buildpack.toml or package.toml is not valid." },
  BUILDPACK_NOT_FOUND: { exitCode: 3, summary: "The directory has no buildpack.toml." },
  BUILDPACK_ORDER_INVALID: {
    exitCode: 3,
    summary: "The order of a composite buildpack does not match its dependencies.",
  },
  BUILD_FAILED: { exitCode: 51, summary: "A buildpack's build failed." },
  BUILD_TIMED_OUT: { exitCode: 124, summary: "A build exceeded --timeout." },
  BUILD_OUTPUT_INVALID: { exitCode: 52, summary: "A buildpack wrote a file that violates the specification." },
  CACHE_FULL: { exitCode: 1, summary: "The disk of the cache has too little free space." },
  CACHE_NOEXEC: { exitCode: 1, summary: "The file system of the cache does not start programs." },
  CACHE_UNWRITABLE: { exitCode: 1, summary: "The cache cannot be created or written." },
  CERTIFICATE_INVALID: {
    exitCode: 3,
    summary: "A CA certificate file cannot be read or contains no certificate.",
  },
  COMPILE_FAILED: { exitCode: 1, summary: "The TypeScript of a buildpack could not be compiled into an executable." },
  CONFIG_INVALID: {
    exitCode: 3,
    summary: "cnb's configuration file, or an environment variable that overrides it, is not valid.",
  },
  DAEMON_ADDRESS_INVALID: { exitCode: 3, summary: "The address of a container engine is malformed or unsupported." },
  DAEMON_FAILED: { exitCode: 1, summary: "A container engine (Docker or podman) answered with an error." },
  DAEMON_UNREACHABLE: { exitCode: 1, summary: "No container engine (Docker or podman) could be reached." },
  DETECT_ERRORED: {
    exitCode: 21,
    summary: "No group of buildpacks passed detection, and detect of at least one buildpack failed with an error.",
  },
  DETECT_FAILED: { exitCode: 20, summary: "No group of buildpacks passed detection for the app." },
  DIGEST_INVALID: { exitCode: 1, summary: "A digest does not have the form `sha256:` and 64 hexadecimal digits." },
  ELF_INVALID: { exitCode: 1, summary: "A file is not an ELF executable that can be stripped." },
  ENGINE_INVALID: {
    exitCode: 1,
    summary: "A prebuilt small engine of cnb was changed, is incomplete or is not installed.",
  },
  ENGINE_UNAVAILABLE: {
    exitCode: 3,
    summary: "The small engine, which compiles modules, does not run on this machine.",
  },
  ENV_FILE_INVALID: { exitCode: 3, summary: "An environment file cannot be read or has a malformed line." },
  EXPORT_FAILED: { exitCode: 62, summary: "The built app cannot be exported as an image." },
  EXTENSIONS_UNAVAILABLE: {
    exitCode: 3,
    summary: "A build uses an image extension, but its Dockerfiles cannot be applied on this machine.",
  },
  EXTENSION_APPLY_FAILED: { exitCode: 102, summary: "A Dockerfile of an image extension could not be applied." },
  EXTENSION_FAILED: { exitCode: 91, summary: "The generate phase of an image extension failed." },
  EXTENSION_OUTPUT_INVALID: {
    exitCode: 92,
    summary: "An image extension wrote output that violates the specification.",
  },
  FILES_EXIST: { exitCode: 3, summary: "A new project would overwrite existing files." },
  FILE_CHANGED: { exitCode: 1, summary: "A file changed while it was added to a layer." },
  IMAGE_BASE_MISMATCH: { exitCode: 1, summary: "An image is not based on the run image that it records." },
  IMAGE_COMMAND_NOT_EXECUTABLE: { exitCode: 126, summary: "The command of an image cannot be executed." },
  IMAGE_COMMAND_NOT_FOUND: { exitCode: 127, summary: "The command of an image does not exist in the image." },
  IMAGE_INVALID: {
    exitCode: 1,
    summary: "An image's manifest, index or configuration violates the OCI specification.",
    hint: "Build the image again, or copy it again from its source.",
  },
  IMAGE_NOT_FOUND: {
    exitCode: 1,
    summary: "The image does not exist.",
    hint: "Check the name or the path of the image.",
  },
  IMAGE_PLATFORM_MISMATCH: {
    exitCode: 1,
    summary: "An image is not available for the requested operating system and architecture.",
  },
  IMAGE_REFERENCE_INVALID: { exitCode: 3, summary: "An image name is malformed." },
  IMAGE_REFERENCE_UNSUPPORTED: { exitCode: 3, summary: "The command does not support this kind of image reference." },
  IMAGE_START_UNKNOWN: { exitCode: 3, summary: "The image has neither an entrypoint nor a command." },
  IMAGE_USER_UNKNOWN: {
    exitCode: 3,
    summary: "The user that the image names is not in its /etc/passwd or /etc/group.",
  },
  IMAGE_WASTEFUL: {
    exitCode: 4,
    summary: "An image wastes more bytes than a limit on the command line allows.",
    hint: "Run cnb inspect IMAGE --layers to see the files.",
  },
  INSTALL_FAILED: { exitCode: 1, summary: "npm could not install the dependencies of a new project." },
  INTERNAL: { exitCode: 70, summary: "A bug in cnb itself." },
  INVENTORY_INVALID: {
    exitCode: 3,
    summary: "An inventory of releases, or its sources and constraints, is not valid.",
  },
  INVENTORY_SIGNATURE_INVALID: {
    exitCode: 1,
    summary: "The signature of an index of releases, or of a file of checksums, is not valid.",
  },
  INVENTORY_SOURCE_INVALID: {
    exitCode: 1,
    summary: "The index of a source of releases does not have the expected form, or is not safe to use.",
  },
  INVENTORY_SOURCE_UNAVAILABLE: { exitCode: 1, summary: "The index of a source of releases cannot be read." },
  LABEL_INVALID: {
    exitCode: 1,
    summary: "An image label violates the specification.",
    hint: "Recreate the image with another version of the tool that created it.",
  },
  LIFECYCLE_INVALID: { exitCode: 1, summary: "An archive is not a lifecycle, or is for another architecture." },
  LIFECYCLE_UNAVAILABLE: { exitCode: 1, summary: "The lifecycle could not be obtained from any source." },
  LINT_FAILED: {
    exitCode: 3,
    summary: "A buildpack has a mistake with which it can never work, found by the rules of cnb lint.",
  },
  LOCK_INVALID: { exitCode: 3, summary: "A lock file is malformed." },
  LOCK_STALE: { exitCode: 3, summary: "A lock file does not match the current configuration or sources." },
  NAMESPACES_UNAVAILABLE: {
    exitCode: 1,
    summary: "This machine or container does not allow cnb to create the namespaces of a sandbox.",
  },
  NODE_BINARY_UNAVAILABLE: {
    exitCode: 1,
    summary: "The Node.js binary for an executable could not be found or downloaded.",
  },
  NODE_REQUIRED: { exitCode: 3, summary: "The static program of cnb has no Node.js, which a command needs." },
  OUTPUT_NOT_A_LAYOUT: {
    exitCode: 3,
    summary: "The output directory contains something other than an OCI layout and is not replaced.",
  },
  OUTPUT_UNWRITABLE: { exitCode: 1, summary: "An output could not be written." },
  PACKAGE_DIFFERS: {
    exitCode: 1,
    summary: "A package has the same version as an earlier release, but another digest.",
  },
  PACKAGE_MISSING: {
    exitCode: 3,
    summary: "A command needs an npm package that is not installed. The cnb in a builder has fewer packages.",
  },
  PATH_TOO_LONG: {
    exitCode: 1,
    summary: "A directory tree is too deep: its paths exceed 4095 bytes.",
    hint: "Remove the innermost directories, or nest fewer of them.",
  },
  PORT_UNAVAILABLE: { exitCode: 1, summary: "cnb cannot listen on a port, or nothing answered on it in time." },
  POLICY_INVALID: { exitCode: 3, summary: "A policy.toml is not valid." },
  POLICY_VIOLATED: {
    exitCode: 5,
    summary: "An image does not comply with the policy of --policy. Nothing was published.",
  },
  PROJECT_INVALID: { exitCode: 3, summary: "The project.toml of an app is not valid or not trustworthy." },
  PROCESS_TYPE_UNKNOWN: { exitCode: 3, summary: "The image has no process of this type." },
  REBASE_IMPOSSIBLE: { exitCode: 72, summary: "An image does not record its run image, so it cannot be rebased." },
  REBASE_INCOMPLETE: { exitCode: 72, summary: "Some of several images could not be rebased." },
  REBASE_REFUSED: { exitCode: 72, summary: "The specification does not allow rebasing the app onto this run image." },
  REGISTRY_CREDENTIALS_INVALID: {
    exitCode: 1,
    summary: "A file or helper with registry credentials is damaged or missing.",
  },
  REGISTRY_DENIED: { exitCode: 1, summary: "A registry refused access." },
  REGISTRY_FAILED: {
    exitCode: 1,
    summary: "A registry answered with an error.",
    hint: "Try again. If the error persists, contact the operator of the registry.",
  },
  REGISTRY_UNREACHABLE: { exitCode: 1, summary: "A registry could not be reached." },
  RUN_IMAGE_NOT_FOUND: {
    exitCode: 32,
    summary: "The run image was found neither next to the builder nor in a registry.",
  },
  RUN_TIMED_OUT: { exitCode: 124, summary: "Starting and running an app exceeded --timeout." },
  SANDBOX_FAILED: { exitCode: 1, summary: "A sandbox could not be set up." },
  SBOM_INVALID: { exitCode: 1, summary: "An SBOM in an image is malformed." },
  SBOM_NOT_FOUND: { exitCode: 1, summary: "An image has no SBOM." },
  SHELL_NOT_FOUND: { exitCode: 3, summary: "An image does not contain the shell that a command would start." },
  SIGNATURE_INVALID: {
    exitCode: 1,
    summary: "No signature or attestation of an image is valid for the given keys or the given identity.",
  },
  SIGNATURE_NOT_FOUND: {
    exitCode: 1,
    summary: "An image has no signature, or no attestation of the requested type.",
  },
  SIGNING_FAILED: {
    exitCode: 1,
    summary: "A key service, or a service of sigstore, did not return a valid signature.",
  },
  SIGNING_KEY_INVALID: { exitCode: 3, summary: "The file of a private or public key cannot be used." },
  SIGSTORE_FILE_INVALID: {
    exitCode: 3,
    summary: "A signing configuration, a trusted root or an identity token of sigstore cannot be used.",
  },
  SYSTEM_ERROR: { exitCode: 1, summary: "The operating system returned an error, for example for reading a file." },
  TARGET_UNSUPPORTED: { exitCode: 3, summary: "A target platform is unknown, or the buildpack does not support it." },
  TAR_INVALID: {
    exitCode: 1,
    summary: "A tar archive or its compression is damaged.",
    hint: "Fetch or build the archive again.",
  },
  TAR_TOO_LARGE: {
    exitCode: 1,
    summary: "An archive, an image or an app has more files, longer paths or more bytes than cnb accepts.",
  },
  TAR_UNSUPPORTED: { exitCode: 1, summary: "A layer cannot contain a file or archive member of this kind." },
  TERMINAL_MISSING: { exitCode: 3, summary: "A flag needs a terminal, but the standard input or output is not one." },
  VULNERABILITY_REPORT_INVALID: {
    exitCode: 3,
    summary: "A vulnerability report is neither SARIF nor CycloneDX, or is too large.",
  },
} as const satisfies Record<string, CatalogueEntry>;

interface CatalogueEntry {
  readonly exitCode: number;
  readonly summary: string;
  /** The default hint, if the code that reports the error has no better one. */
  readonly hint?: string;
}

/** The codes of all errors of this package, which never change. */
export type CnbErrorCode = keyof typeof catalogue;

/**
 * An error that a user can fix. The message names the failed action and its object, `cause` is the
 * reason, and `hint` is the remedy.
 *
 * @example `throw new CnbError("ARGUMENT_INVALID", "--path ./app is not a directory", { hint: "Give the application's directory." })`
 */
export class CnbError<Code extends CnbErrorCode = CnbErrorCode> extends Error {
  override readonly name: string = "CnbError";
  readonly code: Code;
  /** One imperative sentence with the remedy. */
  readonly hint: string | undefined;

  constructor(code: Code, message: string, { hint, ...options }: ErrorOptions & { readonly hint?: string } = {}) {
    super(message, options);
    this.code = code;
    const entry: CatalogueEntry = catalogue[code];
    this.hint = hint ?? entry.hint;
  }

  get exitCode(): number {
    return catalogue[this.code].exitCode;
  }
}
