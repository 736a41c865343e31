import { cacheAround, unwritableCache } from "../cache-dirs.ts";
import { CnbError, catalogue } from "../errors.ts";
import { missingPackage, packageMissing } from "../missing-package.ts";
import { describeSystemError, isNulInPath, isSystemError, type SystemError } from "../system-error.ts";
import { withoutSecrets } from "../text/address.ts";
import { printable } from "../text/printable.ts";

/**
 * The common fields of errors of this package and of `libcnb`. They are recognized by these fields,
 * because a bundle may contain two copies of a class.
 */
interface CodedError extends Error {
  readonly code: string;
  readonly exitCode: number;
  readonly hint?: string | undefined;
}

const isCoded = (error: unknown): error is CodedError =>
  error instanceof Error &&
  typeof (error as Partial<CodedError>).code === "string" &&
  typeof (error as Partial<CodedError>).exitCode === "number";

/**
 * Returns the exit code for an error: the error's own, 1 for an error of the operating system, or
 * 70 (EX_SOFTWARE) for an unexpected error.
 */
export function exitCodeOf(error: unknown): number {
  const coded = asCoded(error);
  return isCoded(coded) ? coded.exitCode : 70;
}

/**
 * Converts an error of the operating system to one with a code. Such an error is not a bug, even if
 * no code handled it.
 */
function asCoded(error: unknown): unknown {
  if (isCoded(error)) return error;
  if (isNulInPath(error))
    return new CnbError("SYSTEM_ERROR", "the path of a file that cnb was given contains a NUL character", {
      cause: error,
      hint: "Remove the NUL character from the path.",
    });
  const missing = missingPackage(error);
  if (missing !== undefined) return packageMissing(missing, error);
  if (!isSystemError(error)) return error;
  const unwritable = cacheError(error);
  if (unwritable) return unwritable;
  const { message, hint } = describeSystemError(error);
  return new CnbError("SYSTEM_ERROR", message, { cause: error, hint });
}

/**
 * The error codes for a cache directory that is read-only, belongs to another user, or is not a
 * directory.
 */
const refusals: readonly string[] = ["EACCES", "ENOTDIR", "EPERM", "EROFS"];

function cacheError(error: SystemError): CnbError | undefined {
  const cache = error.path === undefined ? undefined : cacheAround(error.dest ?? error.path);
  // Node's recursive mkdir answers ENOENT on a read-only file system.
  const isRefused = refusals.includes(error.code) || (error.code === "ENOENT" && error.syscall === "mkdir");
  if (cache === undefined || !isRefused) return undefined;
  return unwritableCache(cache, error);
}

/**
 * Formats an error: the failure, the reason, the hint, and the code to look up in docs/errors.md.
 * For an unexpected error, the text contains the stack instead, because a bug report needs it.
 */
export function renderError(thrown: unknown, options: RenderOptions = { verbose: false }): string {
  return printable(withoutSecrets(rendered(thrown, options)));
}

/** Options for showing an error. */
interface RenderOptions {
  /** True to include the stack trace. */
  readonly verbose: boolean;
  /** The address of the documentation site. If it is given, the code's entry is linked. */
  readonly docs?: string | undefined;
}

function rendered(thrown: unknown, options: RenderOptions): string {
  const error = asCoded(thrown);
  if (!(error instanceof Error)) return `ERROR: ${String(error)}\n`;
  if (!isCoded(error)) return renderBug(error);
  const lines = [`ERROR: ${error.message}`, ...causes(error)];
  if (error.hint) lines.push(`HINT: ${error.hint}`);
  lines.push(`CODE: ${error.code}`);
  if (options.docs) lines.push(`DOCS: ${errorAddress(error.code, options.docs)}`);
  if (options.verbose && error.stack) lines.push(error.stack);
  return `${lines.join("\n")}\n`;
}

/** Codes of this package and of `libcnb` may have the same name, so those of this package have a prefix. */
function errorAddress(code: string, docs: string): string {
  const prefix = Object.hasOwn(catalogue, code) ? "cnb-" : "";
  return `${docs.replace(/\/+$/, "")}/errors.html#${prefix}${code.toLowerCase()}`;
}

function renderBug(error: Error): string {
  return [
    `ERROR: ${error.message}`,
    ...causes(error),
    "This is a bug in cnb. Please report it with the command and this text:",
    `${error.stack ?? error.name}`,
    "CODE: INTERNAL",
    "",
  ].join("\n");
}

function causes(error: Error): string[] {
  const lines: string[] = [];
  for (let cause = error.cause; lines.length < 8; cause = cause.cause) {
    if (typeof cause === "string") return [...lines, `  caused by: ${cause}`];
    if (!(cause instanceof Error)) return lines;
    lines.push(`  caused by: ${cause.message || cause.name}`);
  }
  return lines;
}
