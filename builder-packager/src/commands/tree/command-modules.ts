import type { Command } from "commander";

/** The module of a command. */
export interface CommandModule {
  register(program: Command): void;
}

/** The modules of commands by name, with the parent command first. */
export type CommandTable = ReadonlyMap<string, () => Promise<CommandModule>>;

/**
 * Loads the module of the command that the arguments name. Loading all modules takes longer than
 * the shortest commands. Therefore, all modules are loaded only for help and for an unknown
 * command.
 */
export function modulesFor(argv: readonly string[], table: CommandTable): Promise<readonly CommandModule[]> {
  const [first = "", second = ""] = argv.filter((argument) => !argument.startsWith("-"));
  const named = first === "completion" ? undefined : (table.get(`${first} ${second}`) ?? table.get(first));
  return Promise.all((named ? [named] : [...table.values()]).map((load) => load()));
}
