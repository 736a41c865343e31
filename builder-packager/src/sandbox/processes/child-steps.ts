import type { ArgumentSlot, Step } from "../syscalls/program.ts";
import { type ExitStatus, exitStatusOfWait } from "./exit-status.ts";

const childEnded = 17; // SIGCHLD

/**
 * Returns the steps that start a child process. The child continues at the step labelled `child`.
 * The parent continues with the next step, and `resultTo` receives the child's process id.
 */
export const fork = (what: string, resultTo: ArgumentSlot, child: string): readonly Step[] => [
  { what, call: "clone", args: [childEnded, 0, 0, 0, 0], resultTo },
  { what, call: "compare", args: [0], onSuccess: child, onError: "next" },
];

/** Bytes of a `siginfo_t`. */
const statusSize = 128;
const [oneProcess, ended] = [1, 4]; // P_PID, WEXITED

/** The placeholder for the process ID of the command, in the step that waits for the command. */
export const awaited: ArgumentSlot = { step: "wait for the command", argument: 1 };

/**
 * Returns the steps that wait for the command to end, run the steps `after`, and report to file
 * descriptor `fd` how the command ended.
 */
export function waitForCommand(fd: number, after: readonly Step[] = []): readonly Step[] {
  const status = Buffer.alloc(statusSize);
  const { step } = awaited;
  return [
    { what: step, label: step, call: "waitid", args: [oneProcess, 0, status, ended, 0] },
    ...after,
    { what: "report", call: "write", args: [fd, status, statusSize] },
    { what: "end", call: "exit_group", args: [0] },
  ];
}

const exited = 1; // CLD_EXITED

/**
 * Splits a report into two parts: the messages that were written before the command started, and the
 * command's exit status. The status is undefined if the command has not ended.
 */
export function parseReport(report: Buffer): { readonly said: Buffer; readonly status: ExitStatus | undefined } {
  const start = report.length - statusSize;
  if (start < 0) return { said: report, status: undefined };
  const [code, number] = [report.readInt32LE(start + 8), report.readInt32LE(start + 24)];
  return { said: report.subarray(0, start), status: exitStatusOfWait(code === exited ? "exited" : "killed", number) };
}
