import { stripVTControlCharacters } from "node:util";

/**
 * The way in which a tool ended: its exit code or signal, and its output. The tool installs
 * packages, or runs a program of the app.
 */
export interface ToolEnd {
  /** The exit code; `undefined` if a signal ended the tool. */
  readonly exitCode: number | undefined;
  readonly signal?: string | undefined;
  /** The tool's name in the log, such as `npm`. Default: `the tool`. */
  readonly tool?: string;
  /**
   * The tool's standard output and standard error in order. Only the end of a long output is kept.
   */
  readonly output: string;
}

/** Describes how a tool ended, for a message: `exit code 1`, `SIGTERM`. */
export const ending = ({ exitCode, signal }: Pick<ToolEnd, "exitCode" | "signal">): string =>
  signal === undefined ? `exit code ${exitCode ?? "unknown"}` : signal;

/**
 * True if the tool was killed by SIGKILL. A shell reports SIGKILL as exit code 137. In a build, the
 * usual cause is that the kernel is out of memory.
 */
export const isKilled = ({ exitCode, signal }: Pick<ToolEnd, "exitCode" | "signal">): boolean =>
  exitCode === 137 || signal === "SIGKILL";

/**
 * True if a signal ended the tool. A shell reports that as an exit code of 128 plus the number of
 * the signal.
 */
export const isSignalled = ({ exitCode, signal }: Pick<ToolEnd, "exitCode" | "signal">): boolean =>
  signal !== undefined || (exitCode !== undefined && exitCode > 128 && exitCode < 160);

// The part of an output that is searched: tools report a failure at the end, in short lines.
const readLines = 2_000;
const readLength = 2_000;

const shownLines = 20; // as many as the framework shows of a tool
const shownLength = 500; // a line can be as long as the output

/** The settings for showing the last lines of an output. */
export interface ShownOutput {
  /** Texts to hide in the output. */
  readonly secrets?: readonly string[] | undefined;
  /** The start of usage text that a tool prints after any failure. The usage text is not shown. */
  readonly usage?: RegExp | undefined;
  /**
   * Lines without information, such as the path of a temporary log, or stacks of the tool's own
   * code.
   */
  readonly noise?: RegExp | undefined;
}

/** Returns the last lines of an output for an error, without colors, noise and secrets. */
export function lastLines(output: string, { secrets = [], usage, noise }: ShownOutput = {}): readonly string[] {
  const text = maskSecrets(plainOutput(output), secrets);
  const lines = (usage === undefined ? text : text.replace(usage, ""))
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && noise?.test(line) !== true);
  return lines.slice(-shownLines).map((line) => (line.length > shownLength ? `${line.slice(0, shownLength)}…` : line));
}

/**
 * Returns the last lines of an output without colors and other control sequences of terminals. Very
 * long lines are truncated.
 *
 * @example `const isOffline = /ENOTFOUND/.test(plainOutput(text));`
 */
export const plainOutput = (output: string): string =>
  stripVTControlCharacters(output)
    .split(/\r?\n/)
    .slice(-readLines)
    .map((line) => line.slice(0, readLength))
    .join("\n");

/**
 * Returns the text without secrets and without anything that looks like one: credentials in URLs,
 * registry settings, headers.
 *
 * @example `log.info(maskSecrets(text, ["s3cret"]));`
 */
export function maskSecrets(text: string, secrets: readonly string[] = []): string {
  const withoutSecrets = secrets
    .filter((secret) => secret.length > 3)
    .reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  return withoutSecrets
    .replace(/(:\/\/)[^\s/@:]*:[^\s/@]+@/g, "$1***@")
    .replace(/((?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent)\s*[=:]\s*"?)[^\s"]+/g, "$1***")
    .replace(/\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}/g, "$1***");
}
