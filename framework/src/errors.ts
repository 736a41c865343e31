import { about } from "./about.ts";

/**
 * The framework's errors with the exit codes of `bin/detect` and `bin/build`. Error codes never
 * change and are never reused; docs/errors.md documents them. The exit code is 254 for an
 * unsupported Buildpack API, 255 for an executable with an unknown name or without the requested
 * buildpack, and 1 for any other failure. No error has the exit code 100, because the specification
 * uses it for "detection failed".
 */
export const catalogue = {
  API_UNSUPPORTED: {
    exitCode: 254,
    summary: "The buildpack declares a Buildpack API that this framework does not implement.",
  },
  APP_FILE_INVALID: { exitCode: 1, fault: "user", summary: "A file of the application cannot be read or parsed." },
  APP_PATH_OUTSIDE: { exitCode: 1, fault: "user", summary: "A path is outside the app directory." },
  ARCHIVE_INVALID: { exitCode: 1, summary: "An archive is damaged or of an unsupported kind." },
  ARCHIVE_TOO_LARGE: { exitCode: 1, summary: "An archive exceeds the permitted number of bytes or entries." },
  ARCHIVE_UNSAFE: { exitCode: 1, summary: "An archive tries to write outside the directory it is extracted into." },
  BINDING_AMBIGUOUS: {
    exitCode: 1,
    fault: "user",
    summary: "Several service bindings match, but only one is allowed.",
  },
  BINDING_INVALID: {
    exitCode: 1,
    fault: "user",
    summary: "A service binding cannot be read or lacks a required entry.",
  },
  BUILD_PLAN_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "The result of detect cannot be written as a build plan.",
  },
  BUILD_RESULT_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "The result of build violates a rule of launch.toml, build.toml or store.toml.",
  },
  BUILDPACK_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "The module of a buildpack or extension lacks the required export.",
  },
  BUILDPACK_PLAN_INVALID: {
    exitCode: 1,
    summary: "The metadata of a buildpack plan entry does not match what the dependency declares.",
  },
  BUILDPACK_UNFINISHED: {
    exitCode: 1,
    fault: "author",
    summary: "A buildpack ended its process, or awaits a promise that never settles, before the phase completed.",
  },
  BUILDPACK_UNKNOWN: { exitCode: 255, summary: "The executable does not contain the requested buildpack." },
  CERTIFICATE_INVALID: {
    exitCode: 1,
    fault: "user",
    summary: "A CA certificate for the build cannot be read.",
  },
  CONFIG_INVALID: {
    exitCode: 1,
    fault: "user",
    summary: "A build environment variable has an invalid value.",
  },
  CONFIG_UNDECLARED: {
    exitCode: 1,
    fault: "author",
    summary: "A buildpack reads an environment variable that its buildpack.toml does not declare.",
  },
  DEPENDENCY_UNKNOWN: {
    exitCode: 1,
    fault: "author",
    summary: "A buildpack requests a dependency that is not in its inventory.",
  },
  DESCRIPTOR_INVALID: {
    exitCode: 1,
    summary: "A descriptor (buildpack.toml, a layer's toml, …) does not have the required form.",
  },
  DETECT_RESULT_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "detect returned something other than pass(…) or fail(reason).",
  },
  DOCKERFILE_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "The lifecycle does not accept a Dockerfile of an image extension.",
  },
  DOWNLOAD_CHECKSUM_MISMATCH: {
    exitCode: 1,
    summary: "The checksum of a downloaded file differs from the expected one.",
  },
  DOWNLOAD_FAILED: { exitCode: 1, summary: "A file could not be downloaded." },
  ENV_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "An environment modification cannot be written for the lifecycle.",
  },
  EXEC_D_INVALID: {
    exitCode: 1,
    summary: "An exec.d program, or its output, violates the specification.",
  },
  EXEC_D_NOT_COMPILED: {
    exitCode: 1,
    fault: "author",
    summary: "A buildpack uses an exec.d program in TypeScript that its package does not contain.",
  },
  GENERATE_RESULT_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "The result of generate violates a rule of image extensions.",
  },
  INPUT_MISSING: { exitCode: 1, summary: "An input that the lifecycle provides to each buildpack is missing." },
  INTERNAL: { exitCode: 1, fault: "framework", summary: "A bug of the framework." },
  LAYER_INVALID: {
    exitCode: 1,
    fault: "author",
    summary: "The lifecycle would refuse the definition or the content of a layer.",
  },
  MIRROR_INVALID: { exitCode: 1, fault: "user", summary: "A dependency mirror is not an https or file URL." },
  NAME_INVALID: { exitCode: 1, fault: "author", summary: "A name violates the specification." },
  NPM_REGISTRY_INVALID: { exitCode: 1, fault: "user", summary: "The configured npm registry is not a valid URL." },
  NPM_REGISTRY_UNKNOWN: {
    exitCode: 1,
    fault: "user",
    summary: "No npm registry is configured.",
  },
  PHASE_UNKNOWN: { exitCode: 255, summary: "The executable was called by a name other than a buildpack phase." },
  PYPI_INDEX_UNKNOWN: {
    exitCode: 1,
    fault: "user",
    summary: "No Python package index is configured.",
  },
  SBOM_FORMAT_UNDECLARED: {
    exitCode: 1,
    fault: "author",
    summary: "An SBOM has a format that buildpack.toml does not declare.",
  },
  SBOM_FORMAT_UNKNOWN: {
    exitCode: 1,
    fault: "author",
    summary: "buildpack.toml declares an SBOM format that the specification does not know.",
  },
  SBOM_INVALID: { exitCode: 1, summary: "A component of an SBOM, or an SBOM generated by a tool, is not valid." },
  SBOM_UNMERGEABLE: {
    exitCode: 1,
    fault: "author",
    summary:
      "Several SBOMs of one format cannot be merged: one was generated by a tool, or they have different subjects.",
  },
  SCHEMA_ASYNCHRONOUS: {
    exitCode: 1,
    fault: "author",
    summary: "A schema validates asynchronously, which is not supported.",
  },
  TEST_INPUT_MISSING: {
    exitCode: 1,
    summary: "A buildpack under test requested a download or tool that the test does not provide.",
  },
  TEST_UNBUILDABLE: {
    exitCode: 1,
    fault: "author",
    summary: "The result of a test build would fail on a platform, for example a layer that cannot be exported.",
  },
  TOML_INVALID: { exitCode: 1, summary: "A file is not valid TOML." },
  TOML_UNWRITABLE: { exitCode: 1, fault: "author", summary: "A value cannot be written as TOML." },
  TOOL_FAILED: { exitCode: 1, summary: "A tool exited with an error." },
  TOOL_NOT_FOUND: { exitCode: 1, summary: "A tool is not on the PATH." },
  TOOL_NOT_STARTED: {
    exitCode: 1,
    summary: "A tool could not be started: no permission, no interpreter, no working directory.",
  },
  TOOL_OUTPUT_TOO_LARGE: { exitCode: 1, summary: "A tool printed more output than can be captured." },
  TOOL_TIMED_OUT: { exitCode: 1, summary: "A tool exceeded its time limit and was terminated." },
  VERSION_RANGE_INVALID: { exitCode: 1, fault: "user", summary: "A version constraint is not valid." },
  VERSION_UNAVAILABLE: {
    exitCode: 1,
    fault: "user",
    summary: "The inventory has no version that matches the constraint and supports the platform.",
  },
} as const satisfies Record<string, CatalogueEntry>;

interface CatalogueEntry {
  readonly exitCode: number;
  readonly summary: string;
  /** Default: `environment`. */
  readonly fault?: Fault;
}

/**
 * The party that must correct a problem: the user of the buildpack (app, variables), the
 * buildpack's author, or the framework's authors. `environment` means that the network, the disk or
 * the platform caused the problem.
 */
export type Fault = "user" | "author" | "framework" | "environment";

/** The codes of all errors of the framework, which never change. */
export type ErrorCode = keyof typeof catalogue;

/**
 * The details of an error in addition to its message. `cause` is the reason, and `hint` is an
 * imperative sentence with the remedy.
 */
export interface ErrorDetails {
  readonly cause?: unknown;
  readonly hint?: string | undefined;
}

/**
 * An error of the framework. The message names the failed action and its object, `cause` is the
 * reason, and `hint` is the remedy. The code determines who must correct the problem.
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

  /**
   * The URL of the documentation of this error's code; undefined if the documentation has no address.
   */
  get docs(): string | undefined {
    const { documentation } = about;
    return documentation === undefined ? undefined : `${documentation}/errors.md#${this.code.toLowerCase()}`;
  }
}

/**
 * A bug of the framework: an impossible state. The error is shown with its stack and the URL for
 * bug reports.
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
 * A mistake of the buildpack's user (a broken lockfile, an unsupported version), with a code of the
 * buildpack. The error is shown without a stack and ends the phase with exit code 1.
 *
 * @example `throw new UserError("NODE_VERSION_UNAVAILABLE", "Node.js 3 is not available", { hint: "Set engines.node to >=20." })`
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly code: string;
  readonly hint: string | undefined;
  /** The URL of a page in the buildpack's own documentation. */
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

/** The details of a user's mistake. */
export interface UserErrorDetails extends ErrorDetails {
  /** The URL of a page with more information. */
  readonly docs?: string | undefined;
}
