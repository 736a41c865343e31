import { type Command, Help, type Option } from "commander";
import { commandTree } from "../../../builder-packager/src/cli.ts";
import { examplesOf } from "../../../builder-packager/src/commands/examples.ts";
import { cell, tableOf } from "./markdown.ts";

const help = new Help();

/** docs/reference/commands.md, from the options that the commands declare. */
export async function commandsPage(): Promise<string> {
  const program = await commandTree([]);
  return `# Commands

\`cnb\` has these commands. \`cnb COMMAND --help\` prints the same options. This page is generated (\`npm run docs\`).

${index(program)}

An option accepts several values only if its meaning contains the word *repeatable*. The last value
of any other option is used. A second, different value of an option for signatures, keys or policies
is an error.

## Options of every command

${options(program.options)}

${leaves(program, []).map(section).join("\n\n")}
`;
}

interface Leaf {
  readonly words: string;
  readonly command: Command;
}

function leaves(command: Command, parents: readonly string[]): readonly Leaf[] {
  return command.commands.flatMap((child) => {
    const words = [...parents, child.name()];
    return child.commands.length > 0 ? leaves(child, words) : [{ words: words.join(" "), command: child }];
  });
}

const anchorOf = (words: string): string => `cnb-${words.replaceAll(" ", "-")}`;

const index = (program: Command): string =>
  tableOf(
    ["command", "purpose"],
    leaves(program, []).map(({ words, command }) => [
      `[\`cnb ${words}\`](#${anchorOf(words)})`,
      cell(command.description()),
    ]),
  );

function section({ words, command }: Leaf): string {
  const usage = `cnb ${words} ${command.usage()}`;
  const parts = [
    `## cnb ${words}`,
    `${sentence(command.description())}`,
    `\`\`\`\n${usage}\n\`\`\``,
    ...argumentsOf(command),
    options(command.options),
    ...examples(words),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function argumentsOf(command: Command): readonly string[] {
  const described = command.registeredArguments.filter(({ description }) => description);
  if (described.length === 0) return [];
  const rows = described.map((argument) => [`\`${argument.name()}\``, cell(help.argumentDescription(argument))]);
  return [tableOf(["argument", "meaning"], rows)];
}

const options = (all: readonly Option[]): string =>
  all.length === 0
    ? ""
    : tableOf(
        ["option", "meaning"],
        all.filter(({ hidden }) => !hidden).map((option) => [`\`${option.flags}\``, cell(description(option))]),
      );

/** An option that may be given several times is not given by default: an empty list says nothing. */
function description(option: Option): string {
  const { defaultValue } = option;
  const isEmpty = typeof defaultValue === "object" && defaultValue !== null && Object.keys(defaultValue).length === 0;
  return isEmpty ? option.description : help.optionDescription(option);
}

function examples(words: string): readonly string[] {
  const lines = examplesOf(words);
  return lines.length === 0 ? [] : [`\`\`\`sh\n${lines.join("\n")}\n\`\`\``];
}

const sentence = (text: string): string => cell(`${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`);
