import { plainLine } from "../printable.ts";

/** A call of a tool as text for people: quoted as a shell needs it, secrets hidden. */
export const commandLine = (call: CommandLine): string =>
  safeLine(call, [call.tool, ...call.args].map(quoted).join(" "));

/** The line that the log shows of a call, without secrets. Scripts among the arguments are cut off after their first line. */
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

/** A text without the secrets. One of several lines is hidden line by line, as output is. */
export function masked(text: string, secrets: readonly string[] = []): string {
  return secretLines(secrets).reduce((shown, line) => shown.replaceAll(line, "***"), text);
}

/** The lines of secrets, the longest first: one may be part of another. */
export function secretLines(secrets: readonly string[] = []): readonly string[] {
  if (secrets.length === 0) return secrets;
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).filter((line) => line.trim() !== "");
  return lines.sort((a, b) => b.length - a.length);
}

/** A line of a tool without secrets, also those that it coloured in part. */
export function maskedLine(line: string, secrets: readonly string[] = []): string {
  return secrets.length === 0 ? line : masked(plainLine(masked(line, secrets)), secrets);
}
