import type { Command } from "commander";
import type { Reporter } from "./reporter.ts";

/** What a command may use of the outside world. */
export interface CommandContext {
  readonly reporter: Reporter;
  readonly env: NodeJS.ProcessEnv;
  /** Where results go: a digest, a path, JSON. */
  readonly stdout: NodeJS.WritableStream;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly cwd: string;
}

const contexts = new WeakMap<Command, () => CommandContext>();

/** Called once by the CLI for its root command. */
export function provideContext(root: Command, context: () => CommandContext): void {
  contexts.set(root, context);
}

/** The context of the program that `command` belongs to. */
export function contextOf(command: Command): CommandContext {
  let root = command;
  while (root.parent) root = root.parent;
  const context = contexts.get(root);
  if (!context) throw new Error("the command is not part of the cnb program");
  return context();
}
