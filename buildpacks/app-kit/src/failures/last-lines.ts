import { stripVTControlCharacters } from "node:util";

// What is looked through: tools say why they fail in few and short lines.
const readLines = 2_000;
const readLength = 2_000;

const shownLines = 20; // as many as the framework shows of a tool
const shownLength = 500; // a line may be as long as the output

/** The presentation of the end of an output. */
export interface ShownOutput {
  /** Texts that are hidden. */
  readonly secrets?: readonly string[] | undefined;
  /** Usage text that a tool prints after an unrelated failure, which is cut. */
  readonly lesson?: RegExp | undefined;
  /** Lines without information: the path of a temporary log, stacks of the tool's own code. */
  readonly noise?: RegExp | undefined;
}

/** The end of an output for an error, without colors, noise and secrets. */
export function lastLines(output: string, { secrets = [], lesson, noise }: ShownOutput = {}): readonly string[] {
  const text = masked(plain(output), secrets);
  const lines = (lesson === undefined ? text : text.replace(lesson, ""))
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "" && noise?.test(line) !== true);
  return lines.slice(-shownLines).map((line) => (line.length > shownLength ? `${line.slice(0, shownLength)}…` : line));
}

/** An output without colours and other control sequences of terminals. */
export const plain = (output: string): string =>
  stripVTControlCharacters(output)
    .split(/\r?\n/)
    .slice(-readLines)
    .map((line) => line.slice(0, readLength))
    .join("\n");

/**
 * The text without secrets and anything that looks like one: credentials in URLs, registry
 * settings, headers.
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
