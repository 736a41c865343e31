import { Argument, type Command, Help } from "commander";
import { contextOf } from "../cli-context.ts";
import { type CompletedCommand, completionScript, type Shell, shells } from "../terminal/completion.ts";

/** `cnb completion SHELL`: prints a script that completes commands and options. */
export function register(program: Command): void {
  program
    .command("completion")
    .description("print a shell script that completes cnb's commands and options")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .action((shell: Shell, _flags: object, command: Command) => {
      contextOf(command).stdout.write(completionScript(shell, completedCommands(program, "")));
    });
}

const help = new Help();

/** A command and all below it. */
function completedCommands(command: Command, words: string): readonly CompletedCommand[] {
  const below = help.visibleCommands(command).filter((each) => each.name() !== "help");
  return [
    {
      words,
      commands: below.map((each) => ({ name: each.name(), description: each.description() })),
      options: [...help.visibleOptions(command), ...(command.parent ? help.visibleGlobalOptions(command) : [])].map(
        ({ short, long, description, required, optional, argChoices = [] }) => ({
          names: [short, long].filter((name) => name !== undefined && name !== null),
          description,
          choices: required || optional ? argChoices : undefined,
        }),
      ),
    },
    ...below.flatMap((each) => completedCommands(each, words === "" ? each.name() : `${words} ${each.name()}`)),
  ];
}
