import { plainLine } from "../../printable.ts";

/** A command line for display: quoted for a shell, with secrets hidden. */
export const commandLine = (call: CommandLine): string =>
  safeLine(call, [call.tool, ...call.args].map(quoted).join(" "));

/**
 * The log line about a command, without secrets. Scripts among the arguments are truncated after
 * their first line.
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

/** The text without the secrets. A multi-line secret is hidden line by line, as output is. */
export function masked(text: string, secrets: readonly string[] = []): string {
  return secretLines(secrets).reduce((shown, line) => shown.replaceAll(line, "***"), text);
}

/** The lines of secrets, longest first, because one may contain another. */
export function secretLines(secrets: readonly string[] = []): readonly string[] {
  if (secrets.length === 0) return secrets;
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).filter((line) => line.trim() !== "");
  return lines.sort((a, b) => b.length - a.length);
}

/** A line of a tool's output without secrets, even if the tool colored part of them. */
export function maskedLine(line: string, secrets: readonly string[] = []): string {
  return secrets.length === 0 ? line : masked(plainLine(masked(line, secrets)), secrets);
}
