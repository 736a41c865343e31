import type { Readable, Writable } from "node:stream";
import { CnbError } from "../../errors.ts";
import type { TerminalSize } from "./terminal-steps.ts";

/** True if cnb's standard input and output are a terminal. */
export const hasTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/**
 * Refuses a flag that needs a terminal, if there is none.
 *
 * @throws CnbError TERMINAL_MISSING
 */
export function requireTerminal(flag: string): void {
  if (hasTerminal()) return;
  const missing = process.stdin.isTTY === true ? "output" : "input";
  throw new CnbError("TERMINAL_MISSING", `${flag} needs a terminal, but the standard ${missing} is not one`, {
    hint: `Run the command in a terminal and without redirections, or remove ${flag}.`,
  });
}

/**
 * Ctrl-D, by which the terminal in a container ends the command's input. Closing the connection's
 * input instead would make Docker discard further output: it takes the end of a terminal's input
 * for the end of the client (`copyStreams` in moby's daemon/stream/attach.go).
 */
const endOfFile = Buffer.from([4]);

/**
 * Connects cnb's terminal with the main side of another one. Keys such as Ctrl-C are for the
 * terminal inside. Returns a function that disconnects them.
 */
export function connectTerminal(input: Writable, output: Readable): () => void {
  output.on("data", (chunk: Uint8Array) => passOn(output, chunk, "stdout"));
  const endInput = () => void input.write(endOfFile);
  process.stdin.setRawMode(true);
  process.stdin.pipe(input, { end: false });
  process.stdin.once("end", endInput);
  return () => {
    process.stdin.setRawMode(false);
    process.stdin.off("end", endInput).unpipe(input).pause();
  };
}

/**
 * Writes output to cnb's own stream. While that stream is full, no more of the output is read.
 */
export function passOn(output: Readable, chunk: Uint8Array, stream: "stdout" | "stderr"): void {
  if (process[stream].write(chunk)) return;
  output.pause();
  process[stream].once("drain", () => output.resume());
}

/** Returns the size of cnb's terminal. */
export const terminalSize = (): TerminalSize => ({
  rows: process.stdout.rows || 24,
  columns: process.stdout.columns || 80,
});

/** Calls `resize` on each change of the size of cnb's terminal. Returns a function that stops this. */
export function onResize(resize: (size: TerminalSize) => void): () => void {
  const listener = () => resize(terminalSize());
  process.stdout.on("resize", listener);
  return () => void process.stdout.off("resize", listener);
}
