/** The error codes, which are documented in docs/errors.md. */
export type ScaffoldErrorCode = keyof typeof exitCodes;

const exitCodes = { ARGUMENT_INVALID: 3, FILES_EXIST: 3, INSTALL_FAILED: 1, OUTPUT_UNWRITABLE: 1 } as const;

/**
 * An error that a user can fix. The message names the failed action, `cause` is the reason, and
 * `hint` is the remedy.
 *
 * @example `throw new ScaffoldError("ARGUMENT_INVALID", '"a_b" is not a buildpack id', { hint: "Try
 * a-b." })`
 */
export class ScaffoldError extends Error {
  override readonly name = "ScaffoldError";
  readonly code: ScaffoldErrorCode;
  readonly hint: string;

  constructor(
    code: ScaffoldErrorCode,
    message: string,
    { hint, ...options }: ErrorOptions & { readonly hint: string },
  ) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/**
 * The error for a cancelled command: the user pressed Ctrl-C, or did not agree to overwrite files.
 */
export class Cancelled extends Error {
  override readonly name = "Cancelled";

  constructor(message = "Cancelled: no project was created.") {
    super(message);
  }
}
