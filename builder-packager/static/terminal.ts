import type { OwnTerminal } from "../src/sandbox/terminal/own-terminal.ts";
import type { TerminalSize } from "../src/sandbox/terminal/terminal-steps.ts";
import { needsNode } from "./needs-node.ts";

/*
 * Replaces `src/sandbox/terminal/own-terminal.ts` and `user-terminal.ts`: standard input is not a complete stream on the small
 * engine, so it cannot be connected with the terminal of a sandbox.
 */

/** Refuses a flag that needs a terminal. */
export function requireTerminal(flag: string): never {
  throw needsNode(flag);
}

export function openTerminal(): OwnTerminal {
  throw needsNode("a terminal in the sandbox");
}

export function connectTerminal(): () => void {
  throw needsNode("a terminal in the sandbox");
}

export const hasTerminal = (): boolean => false;
export const terminalSize = (): TerminalSize => ({ rows: 24, columns: 80 });
export const onResize = (): (() => void) => () => {};
export const passOn = (_output: unknown, chunk: Uint8Array, stream: "stdout" | "stderr"): void =>
  void process[stream].write(chunk);
