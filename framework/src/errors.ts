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
  APP_FILE_INVALID: { exitCode: 1, summary: "A file of the application cannot be read or parsed." },
  APP_PATH_OUTSIDE: { exitCode: 1, summary: "A path leads out of the application directory." },
  ARCHIVE_INVALID: { exitCode: 1, summary: "An archive is damaged or of an unsupported kind." },
  ARCHIVE_TOO_LARGE: { exitCode: 1, summary: "An archive holds more than the permitted number of bytes or entries." },
  ARCHIVE_UNSAFE: { exitCode: 1, summary: "An archive tries to write outside the directory it is extracted into." },
  BINDING_AMBIGUOUS: { exitCode: 1, summary: "Several bindings match where there should be one." },
  BINDING_INVALID: { exitCode: 1, summary: "A service binding cannot be read or lacks what it should have." },
  BUILD_PLAN_INVALID: { exitCode: 1, summary: "The result of detect cannot be written as a build plan." },
  BUILD_RESULT_INVALID: {
    exitCode: 1,
    summary: "The result of build breaks a rule of launch.toml, build.toml or store.toml.",
  },
  BUILDPACK_PLAN_INVALID: {
    exitCode: 1,
    summary: "An entry of the buildpack plan does not have the metadata that the dependency declares.",
  },
  BUILDPACK_UNKNOWN: { exitCode: 255, summary: "The executable does not contain the buildpack it was called for." },
  CONFIG_INVALID: {
    exitCode: 1,
    summary: "A variable of the build does not have the form that the buildpack expects.",
  },
  CONFIG_UNDECLARED: { exitCode: 1, summary: "A buildpack reads a variable that its buildpack.toml does not declare." },
  DESCRIPTOR_INVALID: {
    exitCode: 1,
    summary: "A descriptor (buildpack.toml, a layer's toml, …) does not have the required form.",
  },
  DOWNLOAD_CHECKSUM_MISMATCH: { exitCode: 1, summary: "A downloaded file is not the one that was expected." },
  DOWNLOAD_FAILED: { exitCode: 1, summary: "A file could not be downloaded." },
  ENV_INVALID: { exitCode: 1, summary: "An environment modification cannot be expressed for the lifecycle." },
  INPUT_MISSING: { exitCode: 1, summary: "An input that the lifecycle provides to each buildpack is missing." },
  LAYER_INVALID: { exitCode: 1, summary: "A layer is defined or provided in a way the lifecycle would refuse." },
  NAME_INVALID: { exitCode: 1, summary: "A name breaks the specification's rules." },
  PHASE_UNKNOWN: { exitCode: 255, summary: "The executable was called by a name that is not a phase of a buildpack." },
  SBOM_FORMAT_UNDECLARED: { exitCode: 1, summary: "An SBOM is of a format that buildpack.toml does not declare." },
  SBOM_FORMAT_UNKNOWN: {
    exitCode: 1,
    summary: "buildpack.toml declares an SBOM format that the specification does not know.",
  },
  SBOM_INVALID: { exitCode: 1, summary: "A component of an SBOM, or a document that a tool has made, is not valid." },
  SBOM_UNMERGEABLE: {
    exitCode: 1,
    summary: "An SBOM that a tool has made cannot be joined with another of its format.",
  },
  SCHEMA_ASYNCHRONOUS: { exitCode: 1, summary: "A schema validates asynchronously, which is not supported." },
  TOML_INVALID: { exitCode: 1, summary: "A text is not TOML." },
  TOML_UNWRITABLE: { exitCode: 1, summary: "A value cannot be written as TOML." },
  TOOL_FAILED: { exitCode: 1, summary: "A tool ended with an error." },
  TOOL_NOT_FOUND: { exitCode: 1, summary: "A tool is not on the PATH." },
  TOOL_NOT_STARTED: {
    exitCode: 1,
    summary: "A tool could not be started: no permission, no interpreter, no working directory.",
  },
  TOOL_OUTPUT_TOO_LARGE: { exitCode: 1, summary: "A tool printed more than can be captured." },
  TOOL_TIMED_OUT: { exitCode: 1, summary: "A tool took too long and was ended." },
} as const satisfies Record<string, { readonly exitCode: number; readonly summary: string }>;

/** Stable identifiers of all errors of the framework. */
export type ErrorCode = keyof typeof catalogue;

/** How an error is explained beyond its message: `cause` says why, `hint` is one imperative sentence saying what to do. */
export interface ErrorDetails {
  readonly cause?: unknown;
  readonly hint?: string | undefined;
}

/**
 * An error of the framework that a user can act on: what could not be done and on what (message), why (cause), what to do (hint).
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
  readonly exitCode = 1;

  constructor(code: string, message: string, { hint, ...options }: ErrorDetails = {}) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

/**
 * The text that is shown for an error: message and code, its causes, the hint; the stack only for what is nobody's mistake but ours.
 *
 * @example `process.stderr.write(renderError(error))`
 */
export function renderError(error: unknown): string {
  const lines = [...headline(error), ...causes(error)];
  if (isExplained(error) && error.hint !== undefined) lines.push(`HINT: ${error.hint}`);
  return `${lines.join("\n")}\n`;
}

/** The exit code for an error: that of its code, 1 for anything unexpected. */
export function exitCodeOf(error: unknown): number {
  return isExplained(error) ? error.exitCode : 1;
}

interface ExplainedError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
}

// By shape and not by class: the executable and a test may each hold a copy of this module.
function isExplained(error: unknown): error is ExplainedError {
  return error instanceof Error && "code" in error && "hint" in error && "exitCode" in error && error.exitCode !== 100;
}

function headline(error: unknown): string[] {
  if (isExplained(error)) return [`ERROR: ${error.message} (${error.code})`];
  if (!(error instanceof Error)) return [`ERROR: ${String(error)}`];
  if ("syscall" in error) return [`ERROR: ${error.message}`]; // the disk is full, permission denied: nobody's bug
  return [`ERROR: unexpected ${error.name}: ${error.message}`, ...(error.stack?.split("\n").slice(1) ?? [])];
}

function causes(error: unknown): string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>([error]);
  for (let cause = causeOf(error); cause !== undefined && !seen.has(cause); cause = causeOf(cause)) {
    seen.add(cause);
    lines.push(`  caused by: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  return lines;
}

const causeOf = (error: unknown): unknown => (error instanceof Error ? error.cause : undefined);
