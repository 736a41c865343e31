import { plainLine } from "../../printable.ts";

/** Formats a command line for display: quoted for a shell, and with hidden secrets. */
export const commandLine = (call: CommandLine): string =>
  safeLine(call, [call.tool, ...call.args].map(quoted).join(" "));

/**
 * Formats the log line about a command, without secrets; undefined if the command is not shown. A
 * script among the arguments is truncated after its first line.
 */
export function shownLine({ output = "log", shownAs = output === "log", ...call }: ShownCall): string | undefined {
  if (shownAs === false) return undefined;
  const [first = "", ...more] = (shownAs === true ? commandLine(call) : safeLine(call, shownAs)).split("\n");
  return more.length === 0 ? first : `${first} …`;
}

function safeLine(call: CommandLine, line: string): string {
  const secrets = call.secrets?.flatMap((secret) => [secret, quotesEscaped(secret)]);
  const safe = masked(line, secrets).replace(credentials, "$1***@");
  return safe.length > shownLength ? `${safe.slice(0, shownLength)}…` : safe;
}

interface CommandLine {
  readonly tool: string;
  readonly args: readonly string[];
  readonly secrets?: readonly string[];
}

interface ShownCall extends CommandLine {
  readonly output?: string;
  readonly shownAs?: string | boolean;
}

// Arguments may hold whole scripts.
const shownLength = 2_000;

// user and password of a URL
const credentials = /(:\/\/)[^/@\s]+@/g;

const quoted = (text: string): string => (/^[\w@%+=:,./~-]+$/.test(text) ? text : `'${quotesEscaped(text)}'`);

const quotesEscaped = (text: string): string => text.replaceAll("'", `'\\''`);

/**
 * Hides the secrets in a text, and returns the text. A secret of several lines is hidden line by
 * line, as in a tool's output.
 */
export function masked(text: string, secrets: readonly string[] = []): string {
  return secretLines(secrets).reduce((shown, line) => shown.replaceAll(line, "***"), text);
}

/**
 * Returns the lines of secrets. The longest come first, because a secret may contain another one.
 */
export function secretLines(secrets: readonly string[] = []): readonly string[] {
  if (secrets.length === 0) return secrets;
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).filter((line) => line.trim() !== "");
  return lines.sort((a, b) => b.length - a.length);
}

/**
 * Hides the secrets in a line of a tool's output, even if the tool colored a part of a secret.
 * Returns the line.
 */
export function maskedLine(line: string, secrets: readonly string[] = []): string {
  return secrets.length === 0 ? line : masked(plainLine(masked(line, secrets)), secrets);
}
