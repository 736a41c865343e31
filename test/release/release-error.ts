/** The codes of `npm run release`. docs/releasing.md explains each of them. */
export type ReleaseErrorCode =
  | "ARGUMENT_INVALID"
  | "COMMAND_FAILED"
  | "NOT_LOGGED_IN"
  | "NOT_PERMITTED"
  | "NOT_READY"
  | "PUBLISHED_DIFFERS"
  | "REGISTRY_UNREACHABLE"
  | "REGISTRY_UNKNOWN";

/** An error that the maintainer can fix. */
export class ReleaseError extends Error {
  override readonly name = "ReleaseError";
  readonly code: ReleaseErrorCode;
  readonly hint: string;

  constructor(code: ReleaseErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

export const renderError = ({ code, message, hint }: ReleaseError): string =>
  `ERROR: ${message} (${code})\nHINT: ${hint}\n`;
