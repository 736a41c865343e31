import { constants } from "node:os";

/** The exit code of a command, and the signal that ended it, if any. */
export interface ExitStatus {
  /** The exit code; 128 plus the signal's number after a signal, as in a shell. */
  readonly exitCode: number;
  /** The signal that ended the command, for example `SIGTERM`. */
  readonly signal?: NodeJS.Signals;
}

const names = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]));

/** Converts the exit code and signal that Node.js reports for a child process. */
export function exitStatus(code: number | null, signal: NodeJS.Signals | null): ExitStatus {
  if (signal) return { exitCode: 128 + constants.signals[signal], signal };
  return { exitCode: code ?? 0 };
}

/** Converts an exit code or a signal from waitid(2). */
export function exitStatusOfWait(kind: "exited" | "killed", number: number): ExitStatus {
  return kind === "exited" ? exitStatus(number, null) : exitStatus(null, names.get(number) ?? "SIGKILL");
}

/**
 * Converts the exit status reported by bubblewrap or a container engine: 128 + n for signal n. A
 * command that itself exits with such a number cannot be distinguished.
 */
export function exitStatusOfNumber(exitCode: number): ExitStatus {
  const signal = names.get(exitCode - 128);
  return signal ? { exitCode, signal } : { exitCode };
}
