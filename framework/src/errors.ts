import { about } from "./about.ts";

/**
 * What can go wrong in the framework, with the exit code of `bin/detect` and `bin/build`. Codes are stable: documented in
 * docs/errors.md, never reused. 1 is any failure, 254 an unsupported Buildpack API, 255 an executable called by an unknown
 * name; 100 is the specification's "detection failed" and therefore never an error.
 */
export const catalogue = {
  API_UNSUPPORTED: {
    exitCode: 254,
    summary: "The buildpack declares a Buildpack API that this framework does not implement.",
  },
  APP_FILE_INVALID: { exitCode: 1, fault: "user", summary: "A file of the application cannot be read or parsed." },
  APP_PATH_OUTSIDE: { exitCode: 1, fault: "user", summary: "A path leads out of the application directory." },
  ARCHIVE_INVALID: { exitCode: 1, summary: "An archive is damaged or of an unsupported kind." },
  ARCHIVE_TOO_LARGE: { exitCode: 1, summary: "An archive holds more than the permitted number of bytes or entries." },
  ARCHIVE_UNSAFE: { exitCode: 1, summary: "An archive tries to write outside the directory it is extracted into." },
  BINDING_AMBIGUOUS: { exitCode: 1, fault: "user", summary: "Several bindings match where there should be one." },
  BINDING_INVALID: {
    exitCode: 1,
    fault: "user",
    summary: "A service binding cannot be read or lacks what it should have.",
  },
  BUILD_PLAN_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "The result of detect cannot be written as a build plan.",
  },
  BUILD_RESULT_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "The result of build breaks a rule of launch.toml, build.toml or store.toml.",
  },
  BUILDPACK_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "The module of a buildpack or extension does not export what it should.",
  },
  BUILDPACK_PLAN_INVALID: {
    exitCode: 1,
    summary: "An entry of the buildpack plan does not have the metadata that the dependency declares.",
  },
  BUILDPACK_UNFINISHED: {
    exitCode: 1,
    fault: "author",
    summary: "A buildpack ended its process, or waits for what never comes, before the phase was done.",
  },
  BUILDPACK_UNKNOWN: { exitCode: 255, summary: "The executable does not contain the buildpack it was called for." },
  CERTIFICATE_INVALID: {
    exitCode: 1,
    fault: "user",
    summary: "A certificate authority that the build should trust cannot be read.",
  },
  CONFIG_INVALID: {
    exitCode: 1,
    fault: "user",
    summary: "A variable of the build does not have the form that the buildpack expects.",
  },
  CONFIG_UNDECLARED: {
    exitCode: 1,
    fault: "author",
    summary: "A buildpack reads a variable that its buildpack.toml does not declare.",
  },
  DEPENDENCY_UNKNOWN: {
    exitCode: 1,
    fault: "author",
    summary: "A buildpack asks for a dependency that its inventory does not have.",
  },
  DESCRIPTOR_INVALID: {
    exitCode: 1,
    summary: "A descriptor (buildpack.toml, a layer's toml, …) does not have the required form.",
  },
  DETECT_RESULT_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "detect returned something else than pass(…) or fail(reason).",
  },
  DOCKERFILE_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "A Dockerfile of an image extension is not one that the lifecycle accepts.",
  },
  DOWNLOAD_CHECKSUM_MISMATCH: { exitCode: 1, summary: "A downloaded file is not the one that was expected." },
  DOWNLOAD_FAILED: { exitCode: 1, summary: "A file could not be downloaded." },
  ENV_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "An environment modification cannot be expressed for the lifecycle.",
  },
  EXEC_D_INVALID: {
    exitCode: 1,
    summary: "A program of exec.d, or what it answers, breaks a rule of the specification.",
  },
  GENERATE_RESULT_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "The result of generate breaks a rule of image extensions.",
  },
  INPUT_MISSING: { exitCode: 1, summary: "An input that the lifecycle provides to each buildpack is missing." },
  INTERNAL: { exitCode: 1, fault: "framework", summary: "A bug of the framework." },
  LAYER_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "A layer is defined or provided in a way the lifecycle would refuse.",
  },
  MIRROR_INVALID: { exitCode: 1, fault: "user", summary: "A mirror of dependencies is not an https or file address." },
  NAME_INVALID: { exitCode: 1, fault: "author", summary: "A name breaks the specification's rules." },
  NPM_REGISTRY_INVALID: { exitCode: 1, fault: "user", summary: "What names the npm registry is not its address." },
  NPM_REGISTRY_UNKNOWN: {
    exitCode: 1,
    fault: "user",
    summary: "Nothing tells which npm registry to take a package from.",
  },
  PHASE_UNKNOWN: { exitCode: 255, summary: "The executable was called by a name that is not a phase of a buildpack." },
  PYPI_INDEX_UNKNOWN: {
    exitCode: 1,
    fault: "user",
    summary: "Nothing names the Python package index to download a wheel from.",
  },
  SBOM_FORMAT_UNDECLARED: {
    exitCode: 1,
    fault: "author",
    summary: "An SBOM is of a format that buildpack.toml does not declare.",
  },
  SBOM_FORMAT_UNKNOWN: {
    exitCode: 1,
    fault: "author",
    summary: "buildpack.toml declares an SBOM format that the specification does not know.",
  },
  SBOM_INVALID: { exitCode: 1, summary: "A component of an SBOM, or a document that a tool has made, is not valid." },
  SBOM_UNMERGEABLE: {
    exitCode: 1,
    fault: "author",
    summary: "An SBOM that a tool has made cannot be joined with another of its format.",
  },
  SCHEMA_ASYNCHRONOUS: {
    exitCode: 1,
    fault: "author",
    summary: "A schema validates asynchronously, which is not supported.",
  },
  TEST_INPUT_MISSING: {
    exitCode: 1,
    summary: "A buildpack under test asked for a download or a tool that the test does not give.",
  },
  TEST_UNBUILDABLE: {
    exitCode: 1,
    fault: "author",
    summary:
      "What a build of a test left would make a platform fail: layers that cannot be exported, an order without end.",
  },
  TOML_INVALID: { exitCode: 1, summary: "A text is not TOML." },
  TOML_UNWRITABLE: { exitCode: 1, fault: "author", summary: "A value cannot be written as TOML." },
  TOOL_FAILED: { exitCode: 1, summary: "A tool ended with an error." },
  TOOL_NOT_FOUND: { exitCode: 1, summary: "A tool is not on the PATH." },
  TOOL_NOT_STARTED: {
    exitCode: 1,
    summary: "A tool could not be started: no permission, no interpreter, no working directory.",
  },
  TOOL_OUTPUT_TOO_LARGE: { exitCode: 1, summary: "A tool printed more than can be captured." },
  TOOL_TIMED_OUT: { exitCode: 1, summary: "A tool took too long and was ended." },
  VERSION_RANGE_INVALID: { exitCode: 1, fault: "user", summary: "What asks for a version is not a version range." },
  VERSION_UNAVAILABLE: {
    exitCode: 1,
    fault: "user",
    summary: "The inventory has no version that was asked for and runs on the platform.",
  },
} as const satisfies Record<string, CatalogueEntry>;

interface CatalogueEntry {
  readonly exitCode: number;
  readonly summary: string;
  /** Default: `environment`. */
  readonly fault?: Fault;
}

/**
 * Who has to correct something: the user of the buildpack (the application, a variable), its author, the framework's authors; or nobody of
 * them: the network, the disk, the platform.
 */
export type Fault = "user" | "author" | "framework" | "environment";

/** Stable identifiers of all errors of the framework. */
export type ErrorCode = keyof typeof catalogue;

/** How an error is explained beyond its message: `cause` says why, `hint` is one imperative sentence saying what to do. */
export interface ErrorDetails {
  readonly cause?: unknown;
  readonly hint?: string | undefined;
}

/**
 * An error of the framework: what could not be done and on what (message), why (cause), what to do (hint). Its code says whose fault it is.
 *
 * @example `throw new LibcnbError("LAYER_INVALID", 'layer "launch" has a reserved name', { hint: "Choose another name." })`
 */
export class LibcnbError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name: string = "LibcnbError";
  readonly code: Code;
  readonly hint: string | undefined;

  constructor(code: Code, message: string, { hint, ...options }: ErrorDetails = {}) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): number {
    return catalogue[this.code].exitCode;
  }

  get fault(): Fault {
    const entry: CatalogueEntry = catalogue[this.code];
    return entry.fault ?? "environment";
  }

  /** The page that explains the code, if the package has a home. */
  get docs(): string | undefined {
    return about.homepage === undefined ? undefined : `${about.homepage}/docs/errors.md#${this.code.toLowerCase()}`;
  }
}

/**
 * A bug of the framework: something that cannot happen has happened. It is shown with its stack and where to report it.
 *
 * @example `throw new InternalError("a layer was provided twice", { cause: error })`
 */
export class InternalError extends LibcnbError<"INTERNAL"> {
  override readonly name = "InternalError";

  constructor(message: string, options: ErrorOptions = {}) {
    const hint = `This is a bug of ${about.name} ${about.version}: report it${about.bugs === undefined ? "" : ` at ${about.bugs}`} with all of this text.`;
    super("INTERNAL", message, { ...options, hint });
  }
}

/**
 * A mistake of the buildpack's user (a broken lockfile, an unsupported version), with a code of the buildpack's own.
 * It is shown without a stack and ends the phase with exit code 1.
 *
 * @example `throw new UserError("NODE_VERSION_UNAVAILABLE", "Node.js 3 is not available", { hint: "Set engines.node to >=20." })`
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly code: string;
  readonly hint: string | undefined;
  /** A page of the buildpack's own documentation. */
  readonly docs: string | undefined;
  readonly exitCode = 1;
  readonly fault: Fault = "user";

  constructor(code: string, message: string, { hint, docs, ...options }: UserErrorDetails = {}) {
    super(message, options);
    this.code = code;
    this.hint = hint;
    this.docs = docs;
  }
}

/** How a mistake of the user is explained. */
export interface UserErrorDetails extends ErrorDetails {
  /** The address of a page that says more. */
  readonly docs?: string | undefined;
}
