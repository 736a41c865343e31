import { constants } from "node:os";
import process from "node:process";
import { endProcess } from "./host-process.ts";

// Each tool leads a process group of its own, so that a signal reaches what it started too.
const running = new Set<number>();
const leftBehind = new Set<number>();
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type EndingSignal = (typeof endingSignals)[number];
let endedBy: EndingSignal | undefined;

// How long tools have to end after the signal that ends the phase. Platforms kill a container some ten seconds after they asked it to end.
const graceMs = 5_000;

/** Forwards signals that end this process to the group, and ends the group with the process. */
export function trackGroup(leader: number): void {
  if (running.size === 0 && leftBehind.size === 0) {
    for (const signal of endingSignals) process.on(signal, passOn);
    process.once("exit", killAll);
  }
  running.add(leader);
}

/**
 * Records that the group's leader has ended. Its background processes may continue until this
 * process ends, which happens here if a signal is pending.
 */
export function untrackGroup(leader: number): void {
  running.delete(leader);
  if (signalGroup(leader, 0)) leftBehind.add(leader);
  if (running.size > 0) return;
  if (endedBy !== undefined) endProcess(128 + constants.signals[endedBy]);
  if (leftBehind.size > 0) return; // a signal without a listener would end this process, and leave them
  for (const signal of endingSignals) process.off(signal, passOn);
  process.off("exit", killAll);
}

/** Sends a signal to a process group. False if there is no such group. */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal);
  } catch {
    return false; // it has ended, or changed to another user
  }
}

function passOn(signal: EndingSignal): void {
  for (const leader of running) signalGroup(leader, signal);
  if (process.listenerCount(signal) > 1) return; // somebody else decides when this process ends
  // nobody waits for what was left behind; asked twice: at once
  if (running.size === 0 || endedBy !== undefined) endProcess(128 + constants.signals[signal]);
  endedBy = signal;
  setTimeout(killAll, graceMs);
}

function killAll(): void {
  for (const leader of [...running, ...leftBehind]) signalGroup(leader, "SIGKILL");
}
