/** A call of a tool as text for people: quoted as a shell needs it, secrets hidden. */
export function commandLine(call: CommandLine): string {
  const line = [call.tool, ...call.args].map(quoted).join(" ");
  const safe = masked(line, call.secrets).replace(credentials, "$1***@");
  return safe.length > shownLength ? `${safe.slice(0, shownLength)}…` : safe;
}

interface CommandLine {
  readonly tool: string;
  readonly args: readonly string[];
  readonly secrets?: readonly string[];
}

// Arguments may hold whole scripts.
const shownLength = 2_000;

// user and password of a URL
const credentials = /(:\/\/)[^/@\s]+@/g;

const quoted = (text: string): string => (/^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** A text without the secrets. One of several lines is hidden line by line, as output is. */
export function masked(text: string, secrets: readonly string[] = []): string {
  if (secrets.length === 0) return text;
  const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).filter((line) => line.trim() !== "");
  // the longest first: one may be part of another
  return lines.sort((a, b) => b.length - a.length).reduce((shown, line) => shown.replaceAll(line, "***"), text);
}
