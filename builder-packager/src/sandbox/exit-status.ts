import { constants } from "node:os";

/** How a command ended. */
export interface ExitStatus {
  /** The exit code; 128 and the signal's number when a signal ended the command, as a shell says it. */
  readonly exitCode: number;
  /** The signal that ended the command, for example `SIGTERM`. */
  readonly signal?: NodeJS.Signals;
}

const names = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]));

/** From what Node reports of a child process. */
export function exitStatus(code: number | null, signal: NodeJS.Signals | null): ExitStatus {
  if (signal) return { exitCode: 128 + constants.signals[signal], signal };
  return { exitCode: code ?? 0 };
}

/** From the number of an exit code or of a signal, as waitid(2) reports them. */
export function exitStatusOfWait(kind: "exited" | "killed", number: number): ExitStatus {
  return kind === "exited" ? exitStatus(number, null) : exitStatus(null, names.get(number) ?? "SIGKILL");
}

/**
 * From the number that bubblewrap reports. It says 128 + n for a signal, so a command that exits with such a number itself
 * looks the same.
 */
export function exitStatusOfNumber(exitCode: number): ExitStatus {
  const signal = names.get(exitCode - 128);
  return signal ? { exitCode, signal } : { exitCode };
}
