import type { catalogue, Fault } from "./errors.ts";
import { printable } from "./printable.ts";

/**
 * The phase and the buildpack in which an error occurred, and the functions that adapt it for
 * display.
 */
export interface ErrorOrigin {
  readonly phase: string;
  readonly buildpack: { readonly id: string; readonly version: string; readonly homepage?: string | undefined };
  /**
   * Selects the lines of an error's stack to show. Default: all lines except those within Node.js.
   */
  frames?(error: Error): readonly string[];
  /** Returns the message of an unexpected error. Default: the original message. */
  message?(error: Error): string | undefined;
}

/**
 * Formats an error: message and code, causes, origin, who must correct the problem, and hint. Only
 * bugs are shown with their stack. Control characters are escaped.
 *
 * @example `const shown = renderError(error, { phase: "build", buildpack: { id: "examples/hello", version: "1.0.0" } })`
 */
export function renderError(error: unknown, origin?: ErrorOrigin): string {
  const lines = [...headline(error, origin), ...stack(error, origin), ...causes(error), ...position(error, origin)];
  const { hint = unexpectedHint(error, origin), docs } = isExplained(error) ? error : {};
  if (hint !== undefined) lines.push(`HINT: ${hint}`);
  if (docs !== undefined) lines.push(`DOCS: ${docs}`);
  return `${printable(lines.join("\n"))}\n`;
}

/**
 * Returns the exit code for an error: the exit code of an error of the framework or of a
 * `UserError`, or 1 for any other error. The result is never 0 or 100.
 */
export function exitCodeOf(error: unknown): number {
  return isExplained(error) ? error.exitCode : 1;
}

/**
 * Returns the party that must correct the problem. This is the error's `fault`. Without `fault`, it
 * is `environment` for an error of the operating system or an error with a code and a hint, and
 * `author` for an unexpected error.
 */
export function faultOf(error: unknown): Fault {
  if (isExplained(error)) return error.fault ?? "environment";
  return isOfSystem(error) ? "environment" : "author";
}

/**
 * True for an error that is probably a bug: it is not a system error, and it does not have a code, a
 * hint and an exit code.
 */
export const isUnexpected = (error: unknown): boolean => !isExplained(error) && !isOfSystem(error);

interface ExplainedError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
  readonly fault?: Fault;
  readonly docs?: string | undefined;
}

// By shape and not by class: the executable and a test may each hold a copy of this module.
function isExplained(error: unknown): error is ExplainedError {
  return error instanceof Error && "code" in error && "hint" in error && "exitCode" in error && failing(error.exitCode);
}

// 0 would pass, 100 is "detection failed"
const failing = (exitCode: unknown): boolean =>
  Number.isInteger(exitCode) && Number(exitCode) > 0 && Number(exitCode) < 256 && exitCode !== 100;

// The disk is full or permission is denied: this is not a bug.
const isOfSystem = (error: unknown): boolean => error instanceof Error && "syscall" in error;

function headline(error: unknown, origin: ErrorOrigin | undefined): string[] {
  if (isExplained(error)) return [`ERROR: ${error.message} (${error.code})`];
  if (!(error instanceof Error)) return [`ERROR: ${asText(error)} was thrown, which is not an Error`];
  if (isOfSystem(error)) return [`ERROR: ${asText(error.message)}`];
  return [`ERROR: unexpected ${asText(error.name)}: ${asText(origin?.message?.(error) ?? error.message)}`];
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a value of type ${typeof value}`;
  }
}

function stack(error: unknown, origin: ErrorOrigin | undefined): readonly string[] {
  if (!(error instanceof Error)) return [];
  const isBug = isExplained(error) ? error.code === ("INTERNAL" satisfies keyof typeof catalogue) : !isOfSystem(error);
  const thrown = isExplained(error) && error.cause instanceof Error ? error.cause : error;
  return isBug ? (origin?.frames ?? framesOf)(thrown) : [];
}

/** Returns the lines of a stack trace that contain locations, except locations within Node.js. */
export function framesOf({ stack }: Error): readonly string[] {
  return String(stack)
    .split("\n")
    .filter((line) => /^ +at /.test(line) && !/[( ]node:/.test(line));
}

function position(error: unknown, origin: ErrorOrigin | undefined): string[] {
  if (origin === undefined) return [];
  const { phase, buildpack } = origin;
  return [`  in ${phase} of ${buildpack.id}@${buildpack.version}${faultText[faultOf(error)]}`];
}

const faultText: Readonly<Record<Fault, string>> = {
  user: "",
  environment: "",
  author: ", a mistake of the buildpack",
  framework: ", a bug of the framework",
};

function unexpectedHint(error: unknown, origin: ErrorOrigin | undefined): string | undefined {
  if (isOfSystem(error) && /^(ENOSPC|EDQUOT)$/.test(String((error as { readonly code?: unknown }).code)))
    return "Give the build more disk space.";
  if (origin === undefined || !isUnexpected(error)) return undefined;
  const { homepage } = origin.buildpack;
  return `Report this to the authors of the buildpack${homepage === undefined ? "" : ` (${homepage})`}.`;
}

function causes(error: unknown): string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>([error]);
  const add = (cause: unknown) => {
    if (cause === undefined || seen.has(cause)) return;
    seen.add(cause);
    const text = causeText(cause);
    if (text !== "") lines.push(`  caused by: ${text}`);
    for (const next of causesOf(cause)) add(next);
  };
  for (const cause of causesOf(error)) add(cause);
  return lines;
}

const causeText = (cause: unknown): string => asText(cause instanceof Error ? cause.message : cause);

/**
 * The causes of an error, including the errors of an aggregate: a host name with several addresses
 * fails with each.
 */
function causesOf(error: unknown): readonly unknown[] {
  if (!(error instanceof Error)) return [];
  return error instanceof AggregateError ? [error.cause, ...error.errors] : [error.cause];
}
