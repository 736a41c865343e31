/** What can go wrong, in the codes that `cnb` documents in docs/errors.md. */
export type ScaffoldErrorCode = keyof typeof exitCodes;

const exitCodes = { ARGUMENT_INVALID: 3, FILES_EXIST: 3, INSTALL_FAILED: 1, OUTPUT_UNWRITABLE: 1 } as const;

/**
 * An error that the user can act on: what could not be done (message), why (cause), what to do next (hint).
 *
 * @example `throw new ScaffoldError("ARGUMENT_INVALID", '"a_b" is not a buildpack id', { hint: "Try a-b." })`
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

/** The user pressed Ctrl-C or answered a question with it. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";

  constructor(message = "Cancelled, nothing was made.") {
    super(message);
  }
}
