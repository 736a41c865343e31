import type { Command } from "commander";

/**
 * Returns the parent command with this name, such as `buildpack`. Creates the command if necessary.
 */
export const nounOf = (program: Command, name: string): Command =>
  program.commands.find((command) => command.name() === name) ?? program.command(name);
