/**
 * What can go wrong, with the exit code of the `cnb` command. Codes are stable: documented in docs/errors.md, never reused.
 * 1 failed · 3 invalid arguments or configuration · 4 a limit of waste · 11/12 incompatible platform/buildpack API ·
 * 20–22 detect · 51 build · 62 export · 72 rebase (the lifecycle's numbers) · 70 our own bug (sysexits EX_SOFTWARE).
 */
export const catalogue = {
  APP_ENDED: { exitCode: 1, summary: "An app that was started has ended too early." },
  APP_NOT_FOUND: { exitCode: 3, summary: "The application's folder does not exist or is not a folder." },
  ARCHITECTURE_MISMATCH: {
    exitCode: 3,
    summary: "The run image is for another operating system or architecture than the builder.",
  },
  ARCHIVE_UNSAFE: { exitCode: 1, summary: "An archive would write outside of the directory it is unpacked into." },
  ARGUMENT_INVALID: { exitCode: 3, summary: "A command line argument is missing or malformed." },
  BASE_CHECKSUM_MISMATCH: {
    exitCode: 1,
    summary: "A package or package index is not the one that the signed index names.",
  },
  BASE_CONFIG_INVALID: { exitCode: 3, summary: "The description of the base images is not valid." },
  BASE_DEPENDENCY_UNSATISFIABLE: {
    exitCode: 1,
    summary: "Packages of a base image need or exclude others that the archive cannot offer.",
  },
  BASE_DISTROLESS_IMPOSSIBLE: {
    exitCode: 3,
    summary: "An image without a shell would hold one, or something that needs one.",
  },
  BASE_DOWNLOAD_FAILED: {
    exitCode: 1,
    summary: "A mirror of the distribution cannot be reached or has not got a file.",
  },
  BASE_EXTEND_UNSUPPORTED: {
    exitCode: 3,
    summary: "An image that packages are to be added to is not of the packages' distribution.",
  },
  BASE_FILE_CONFLICT: { exitCode: 1, summary: "Two packages of a base image have different files of the same name." },
  BASE_INDEX_INVALID: { exitCode: 1, summary: "An index of the distribution cannot be understood." },
  BASE_KEYRING_INVALID: {
    exitCode: 3,
    summary: "There is no usable keyring to check the distribution's signature with.",
  },
  BASE_LOCALE_UNKNOWN: { exitCode: 3, summary: "The distribution has no compiled locale of this name." },
  BASE_LOCK_GONE: { exitCode: 1, summary: "No mirror has a package any more that a lock file pins." },
  BASE_MIRROR_UNKNOWN: { exitCode: 3, summary: "Nothing says which mirror of the distribution to use." },
  BASE_PACKAGE_INVALID: { exitCode: 1, summary: "A Debian package is damaged or hostile." },
  BASE_PACKAGE_UNKNOWN: { exitCode: 3, summary: "A package that a base image should have is not in the archive." },
  BASE_RELEASE_EXPIRED: { exitCode: 1, summary: "The distribution's signed index is older than it may be." },
  BASE_RELEASE_MISMATCH: { exitCode: 1, summary: "The distribution's signed index is of another suite." },
  BASE_SIGNATURE_INVALID: { exitCode: 1, summary: "The signature of the distribution's index is missing or wrong." },
  BASE_SIGNATURE_UNKNOWN_KEY: {
    exitCode: 1,
    summary: "The distribution's index is signed by nobody whom the keyring knows.",
  },
  BASE_TIME_ZONE_UNKNOWN: { exitCode: 3, summary: "The distribution has no time zone of this name." },
  BASE_UNSIGNED: { exitCode: 3, summary: "Nobody has signed the packages of a folder, and no lock file pins them." },
  BINDING_INVALID: { exitCode: 3, summary: "A folder given as service binding is none, or cannot be used." },
  BLOB_CORRUPT: { exitCode: 1, summary: "A blob has not the digest or the size that its name says." },
  BUILDER_CONFIG_INVALID: { exitCode: 3, summary: "A builder.toml is not valid." },
  BUILDER_INVALID: { exitCode: 3, summary: "The parts of a builder do not fit together." },
  BUILDER_NOT_FOUND: { exitCode: 3, summary: "There is no builder of this name." },
  BUILDPACKAGE_INVALID: {
    exitCode: 1,
    summary: "A buildpackage lacks labels or layers that the specification demands.",
  },
  BUILDPACK_API_UNSUPPORTED: {
    exitCode: 12,
    summary: "A buildpack speaks a Buildpack API that the builder's lifecycle does not know.",
  },
  BUILDPACK_DEPENDENCY_UNKNOWN: {
    exitCode: 3,
    summary: "A dependency in package.toml names no buildpack that could be found.",
  },
  BUILDPACK_ENTRY_MISSING: { exitCode: 3, summary: "A buildpack has neither a TypeScript entry nor executables." },
  BUILDPACK_INVALID: { exitCode: 3, summary: "A buildpack.toml or package.toml is not valid." },
  BUILDPACK_NOT_FOUND: { exitCode: 3, summary: "There is no buildpack.toml in the folder." },
  BUILDPACK_ORDER_INVALID: {
    exitCode: 3,
    summary: "The order of a composite buildpack and its dependencies do not fit together.",
  },
  BUILD_FAILED: { exitCode: 51, summary: "A buildpack's build failed." },
  BUILD_TIMED_OUT: { exitCode: 124, summary: "A build took longer than --timeout allows." },
  BUILD_OUTPUT_INVALID: { exitCode: 52, summary: "A buildpack wrote a file that breaks the specification." },
  CACHE_FULL: { exitCode: 1, summary: "The disk of the cache has too little free space." },
  CACHE_UNWRITABLE: { exitCode: 1, summary: "The cache cannot be created or written." },
  CERTIFICATE_INVALID: {
    exitCode: 3,
    summary: "A file given as certificate authority cannot be read or holds no certificate.",
  },
  COMPILE_FAILED: { exitCode: 1, summary: "The TypeScript of a buildpack could not be compiled into an executable." },
  CONFIG_INVALID: {
    exitCode: 3,
    summary: "The configuration file of cnb, or a variable that replaces it, is not valid.",
  },
  DAEMON_ADDRESS_INVALID: { exitCode: 3, summary: "The address of a container engine is malformed or unsupported." },
  DAEMON_FAILED: { exitCode: 1, summary: "A container engine (Docker or podman) answered with an error." },
  DAEMON_UNREACHABLE: { exitCode: 1, summary: "No container engine (Docker or podman) could be reached." },
  DETECT_ERRORED: {
    exitCode: 21,
    summary: "No group of buildpacks detected, and at least one buildpack failed with an error.",
  },
  DETECT_FAILED: { exitCode: 20, summary: "No group of buildpacks detected the application." },
  DIGEST_INVALID: { exitCode: 1, summary: "A digest is not sha256 and 64 hexadecimal digits." },
  ELF_INVALID: { exitCode: 1, summary: "A file is not an ELF executable that can be stripped." },
  ENV_FILE_INVALID: { exitCode: 3, summary: "An environment file cannot be read or has a malformed line." },
  EXPORT_FAILED: { exitCode: 62, summary: "The built application cannot be made into an image." },
  EXTENSIONS_UNAVAILABLE: {
    exitCode: 3,
    summary: "An image extension takes part in a build, and its Dockerfiles cannot be applied here.",
  },
  EXTENSION_APPLY_FAILED: { exitCode: 102, summary: "A Dockerfile of an image extension could not be applied." },
  EXTENSION_FAILED: { exitCode: 91, summary: "The generate of an image extension failed." },
  EXTENSION_OUTPUT_INVALID: {
    exitCode: 92,
    summary: "An image extension wrote something that breaks the specification.",
  },
  FILES_EXIST: { exitCode: 3, summary: "A new project would replace files that are there." },
  FILE_CHANGED: { exitCode: 1, summary: "A file changed while it was put into a layer." },
  IMAGE_BASE_MISMATCH: { exitCode: 1, summary: "An image is not built on the base that it should be rebased from." },
  IMAGE_COMMAND_NOT_EXECUTABLE: { exitCode: 126, summary: "The command of an image cannot be executed." },
  IMAGE_COMMAND_NOT_FOUND: { exitCode: 127, summary: "The command of an image is not in the image." },
  IMAGE_INVALID: {
    exitCode: 1,
    summary: "An image's manifest, index or configuration is not what the OCI specification says.",
    hint: "Build the image again, or copy it again from where it came.",
  },
  IMAGE_NOT_FOUND: {
    exitCode: 1,
    summary: "No image has this name.",
    hint: "Check the name or the path of the image.",
  },
  IMAGE_PLATFORM_MISMATCH: {
    exitCode: 1,
    summary: "An image does not exist for the wanted operating system and architecture.",
  },
  IMAGE_REFERENCE_INVALID: { exitCode: 3, summary: "The name of an image is malformed." },
  IMAGE_REFERENCE_UNSUPPORTED: { exitCode: 3, summary: "This kind of image reference cannot be used for that." },
  IMAGE_START_UNKNOWN: { exitCode: 3, summary: "The image does not say what to start." },
  IMAGE_USER_UNKNOWN: {
    exitCode: 3,
    summary: "The user that the image names is not in its /etc/passwd or /etc/group.",
  },
  IMAGE_WASTEFUL: {
    exitCode: 4,
    summary: "An image holds more bytes that nobody sees than a limit on the command line allows.",
    hint: "cnb inspect IMAGE --layers shows the files.",
  },
  INSTALL_FAILED: { exitCode: 1, summary: "npm could not install what a new project depends on." },
  INTERNAL: { exitCode: 70, summary: "A bug in cnb itself." },
  LABEL_INVALID: {
    exitCode: 1,
    summary: "A label of an image is not what the specification says.",
    hint: "Make the image again; what made it wrote its labels.",
  },
  LIFECYCLE_INVALID: { exitCode: 1, summary: "An archive is not a lifecycle, or not one for this architecture." },
  LIFECYCLE_UNAVAILABLE: { exitCode: 1, summary: "The lifecycle could not be had from any source." },
  LOCK_INVALID: { exitCode: 3, summary: "A lock file is not what a command wrote." },
  LOCK_STALE: { exitCode: 3, summary: "A lock file does not fit what it locks any more." },
  NAMESPACES_UNAVAILABLE: {
    exitCode: 1,
    summary: "This machine or container does not let cnb make the namespaces of a sandbox.",
  },
  NODE_BINARY_UNAVAILABLE: {
    exitCode: 1,
    summary: "The Node.js binary for an executable could not be found or fetched.",
  },
  OUTPUT_NOT_A_LAYOUT: {
    exitCode: 3,
    summary: "The output directory holds something else than an OCI layout and is not replaced.",
  },
  OUTPUT_UNWRITABLE: { exitCode: 1, summary: "An output could not be written." },
  PATH_TOO_LONG: {
    exitCode: 1,
    summary: "A directory tree is nested deeper than a path can name (4096 bytes).",
    hint: "Remove the innermost directories, or nest fewer of them.",
  },
  PORT_UNAVAILABLE: { exitCode: 1, summary: "A port cannot be listened on, or nothing answers on it in time." },
  PROJECT_INVALID: { exitCode: 3, summary: "The project.toml of an application is not valid, or not to be trusted." },
  PROCESS_TYPE_UNKNOWN: { exitCode: 3, summary: "The image has no process of this type." },
  REBASE_IMPOSSIBLE: { exitCode: 72, summary: "An image does not say where its base ends, so it has no other." },
  REBASE_INCOMPLETE: { exitCode: 72, summary: "Some of many images could not be put on another base." },
  REBASE_REFUSED: { exitCode: 72, summary: "The specification speaks against putting an app on this base." },
  REGISTRY_CREDENTIALS_INVALID: {
    exitCode: 1,
    summary: "A file or helper with registry credentials is damaged or missing.",
  },
  REGISTRY_DENIED: { exitCode: 1, summary: "A registry refused access." },
  REGISTRY_FAILED: {
    exitCode: 1,
    summary: "A registry answered with an error.",
    hint: "Try again; if it stays, tell who runs the registry.",
  },
  REGISTRY_UNREACHABLE: { exitCode: 1, summary: "A registry could not be reached." },
  RUN_IMAGE_NOT_FOUND: {
    exitCode: 32,
    summary: "The run image was found neither beside the builder nor in a registry.",
  },
  RUN_TIMED_OUT: { exitCode: 124, summary: "Starting and running an app took longer than --timeout allows." },
  SANDBOX_FAILED: { exitCode: 1, summary: "A sandbox could not be set up." },
  SBOM_INVALID: { exitCode: 1, summary: "A bill of materials in an image is not what its name says." },
  SBOM_NOT_FOUND: { exitCode: 1, summary: "An image has no bill of materials." },
  SYSTEM_ERROR: { exitCode: 1, summary: "The operating system refused something, for example to read a file." },
  TARGET_UNSUPPORTED: { exitCode: 3, summary: "A target platform is unknown, or the buildpack does not support it." },
  TAR_INVALID: {
    exitCode: 1,
    summary: "A tar archive or its compression is damaged.",
    hint: "Fetch or build the archive again.",
  },
  TAR_TOO_LARGE: { exitCode: 1, summary: "A tar archive holds more than may be read into memory." },
  TAR_UNSUPPORTED: { exitCode: 1, summary: "A file or an archive member has a form that layers cannot hold." },
} as const satisfies Record<string, CatalogueEntry>;

interface CatalogueEntry {
  readonly exitCode: number;
  readonly summary: string;
  /** What to do when the place that found the error knows nothing better. */
  readonly hint?: string;
}

/** Stable identifiers of all errors of this package. */
export type CnbErrorCode = keyof typeof catalogue;

/**
 * An error that a user can act on: what could not be done and on what (message), why (cause), what to do next (hint).
 *
 * @example `throw new CnbError("ARGUMENT_INVALID", "--path ./app is not a directory", { hint: "Give the application's folder." })`
 */
export class CnbError<Code extends CnbErrorCode = CnbErrorCode> extends Error {
  override readonly name: string = "CnbError";
  readonly code: Code;
  /** One imperative sentence that tells the user what to do next. */
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
