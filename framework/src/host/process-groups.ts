import { constants } from "node:os";
import process from "node:process";
import { endProcess } from "./host-process.ts";

// Each tool leads a process group of its own, so that a signal reaches what it started too.
const running = new Set<number>();
const leftBehind = new Set<number>();
const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type EndingSignal = (typeof endingSignals)[number];
let endedBy: EndingSignal | undefined;

// The milliseconds that tools have to end after the signal that ends the phase. Platforms kill a container some ten seconds after SIGTERM.
const graceMs = 5_000;

/**
 * Forwards the signals that end this process to a process group. When this process ends, so does
 * the group.
 */
export function trackGroup(leader: number): void {
  if (running.size === 0 && leftBehind.size === 0) {
    for (const signal of endingSignals) process.on(signal, passOn);
    process.once("exit", killAll);
  }
  running.add(leader);
}

/**
 * Records that the leader of a process group has ended. Background processes of the group may
 * continue until this process ends. If a signal is pending, this process ends now.
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

/** Sends a signal to a process group. Returns false if the group does not exist. */
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
