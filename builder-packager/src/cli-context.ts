import type { Command } from "commander";
import type { Reporter } from "./reporter.ts";

/** The parts of the process that a command uses, such as its environment, output and signal. */
export interface CommandContext {
  readonly reporter: Reporter;
  readonly env: NodeJS.ProcessEnv;
  /** The stream for results: a digest, a path, JSON. */
  readonly stdout: NodeJS.WritableStream;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly cwd: string;
}

const contexts = new WeakMap<Command, () => CommandContext>();

/**
 * Stores the context in the root command, so that subcommands can read it with {@link contextOf}.
 */
export function provideContext(root: Command, context: () => CommandContext): void {
  contexts.set(root, context);
}

/** Returns the context that was stored in the root of a command. */
export function contextOf(command: Command): CommandContext {
  let root = command;
  while (root.parent) root = root.parent;
  const context = contexts.get(root);
  if (!context) throw new Error(`the command "${command.name()}" is not part of the cnb program`);
  return context();
}
