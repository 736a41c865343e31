import type { Command } from "commander";
import { commandTree } from "../src/cli.ts";
import type { CommandOnNode } from "./on-node.ts";
import { ownCommands } from "./table.ts";

/** Returns the commands of `cnb` that the static program does not have. */
export async function commandsOnNode(): Promise<readonly CommandOnNode[]> {
  const leaves = (await commandTree([])).commands.flatMap((command) => leavesOf(command, command.name()));
  return leaves.filter(({ words }) => !(words in ownCommands) && !((words.split(" ")[0] ?? "") in ownCommands));
}

const leavesOf = (command: Command, words: string): readonly CommandOnNode[] =>
  command.commands.length === 0
    ? [{ words, description: command.description() }]
    : command.commands.flatMap((each) => leavesOf(each, `${words} ${each.name()}`));
