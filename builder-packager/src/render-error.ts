/** What errors of this package and of `libcnb` have in common, told by shape since bundles may hold two copies of a class. */
interface CodedError extends Error {
  readonly code: string;
  readonly exitCode: number;
  readonly hint?: string | undefined;
}

const isCoded = (error: unknown): error is CodedError =>
  error instanceof Error &&
  typeof (error as Partial<CodedError>).code === "string" &&
  typeof (error as Partial<CodedError>).exitCode === "number";

/** The exit code for an error: its own, or 70 (EX_SOFTWARE) for what nobody foresaw. */
export const exitCodeOf = (error: unknown): number => (isCoded(error) ? error.exitCode : 70);

/**
 * What the user sees of an error: what failed, why, what to do next, and the code to look up in docs/errors.md.
 * A bug of ours shows its stack instead, since nobody can act on it without one.
 */
export function renderError(error: unknown, options: { readonly verbose: boolean } = { verbose: false }): string {
  if (!(error instanceof Error)) return `ERROR: ${String(error)}\n`;
  if (!isCoded(error)) return renderBug(error);
  const lines = [`ERROR: ${error.message}`, ...causes(error)];
  if (error.hint) lines.push(`HINT: ${error.hint}`);
  lines.push(`CODE: ${error.code}`);
  if (options.verbose && error.stack) lines.push(error.stack);
  return `${lines.join("\n")}\n`;
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
