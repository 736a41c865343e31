// what is shown at once; `log` has all
const shownLines = 30;

/**
 * The error for a failed build in a test. Its message contains the end of the log.
 *
 * @example `await expect(buildImage({ app: {}, builder: "oci:builder" })).rejects.toMatchObject({
 * code: "DETECT_FAILED" })`
 */
export class ImageBuildError extends Error {
  override readonly name = "ImageBuildError";
  /** The code of the CnbError that caused the failure, if any. */
  readonly code: string | undefined;
  readonly log: readonly string[];

  constructor(cause: unknown, log: readonly string[]) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super([message, ...log.slice(-shownLines).map((line) => `    ${line}`)].join("\n"), { cause });
    this.code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
    this.log = log;
  }
}
