import { stripVTControlCharacters } from "node:util";

// The part of an output that is searched: tools report a failure at the end, in short lines.
const readLines = 2_000;
const readLength = 2_000;

const shownLines = 20; // as many as the framework shows of a tool
const shownLength = 500; // a line can be as long as the output

/** The settings for showing the end of an output. */
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
  const text = masked(plain(output), secrets);
  const lines = (usage === undefined ? text : text.replace(usage, ""))
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && noise?.test(line) !== true);
  return lines.slice(-shownLines).map((line) => (line.length > shownLength ? `${line.slice(0, shownLength)}…` : line));
}

/** Removes colors and other control sequences of terminals from an output. */
export const plain = (output: string): string =>
  stripVTControlCharacters(output)
    .split(/\r?\n/)
    .slice(-readLines)
    .map((line) => line.slice(0, readLength))
    .join("\n");

/**
 * Returns the text without secrets and without anything that looks like one: credentials in URLs,
 * registry settings, headers.
 */
export function masked(text: string, secrets: readonly string[] = []): string {
  const withoutSecrets = secrets
    .filter((secret) => secret.length > 3)
    .reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
  return withoutSecrets
    .replace(/(:\/\/)[^\s/@:]*:[^\s/@]+@/g, "$1***@")
    .replace(/((?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent)\s*[=:]\s*"?)[^\s"]+/g, "$1***")
    .replace(/\b((?:Bearer|Basic)\s+)[A-Za-z0-9._~+/=-]{8,}/g, "$1***");
}
