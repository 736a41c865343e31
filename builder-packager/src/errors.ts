/**
 * What can go wrong, with the exit code of the `cnb` command. Codes are stable: documented in docs/errors.md, never reused.
 * 1 failed · 3 invalid arguments or configuration · 11/12 incompatible platform/buildpack API · 20–22 detect · 51 build ·
 * 62 export (the lifecycle's numbers) · 70 our own bug (sysexits EX_SOFTWARE).
 */
export const catalogue = {
  ARGUMENT_INVALID: { exitCode: 3, summary: "A command line argument is missing or malformed." },
  DIGEST_INVALID: { exitCode: 1, summary: "A digest is not sha256 and 64 hexadecimal digits." },
  INTERNAL: { exitCode: 70, summary: "A bug in cnb itself." },
  LABEL_INVALID: { exitCode: 1, summary: "A label of an image is not what the specification says." },
} as const satisfies Record<string, { readonly exitCode: number; readonly summary: string }>;

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
    this.hint = hint;
  }

  get exitCode(): number {
    return catalogue[this.code].exitCode;
  }
}
