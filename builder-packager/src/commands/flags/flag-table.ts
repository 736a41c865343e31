import { type Command, Option } from "commander";
import { addListed, addValue } from "./listed-values.ts";

/** An option of a command, with the inputs of an operation that its value becomes. */
export interface Flag<Inputs> {
  readonly option: Option;
  /** Called with the parsed value, unless there is none. */
  readonly to: (value: unknown) => Partial<Inputs> | Promise<Partial<Inputs>>;
}

/** The options of a command by the heading of their group in `--help`. */
export type FlagTable<Inputs> = Readonly<Record<string, readonly Flag<Inputs>[]>>;

type To<Value, Inputs> = (value: Value) => Partial<Inputs> | Promise<Partial<Inputs>>;

const flag = <Value, Inputs>(option: Option, to: To<Value, Inputs>): Flag<Inputs> => ({
  option,
  to: (value) => to(value as Value), // the option's parser has made it
});

/** An option with a text. */
export const text = <Inputs>(flags: string, help: string, to: To<string, Inputs>): Flag<Inputs> =>
  flag(new Option(flags, help), to);

/** An option without a value. */
export const toggle = <Inputs>(flags: string, help: string, to: To<boolean, Inputs>): Flag<Inputs> =>
  flag(new Option(flags, help), to);

/** A repeatable option. */
export const list = <Inputs>(flags: string, help: string, to: To<readonly string[], Inputs>): Flag<Inputs> =>
  flag(new Option(flags, help).argParser(addValue).default([]), to);

/** A repeatable option, whose values may also be separated by commas. */
export const commaList = <Inputs>(flags: string, help: string, to: To<readonly string[], Inputs>): Flag<Inputs> =>
  flag(new Option(flags, help).argParser(addListed).default([]), to);

/** An option whose text is parsed; the parser throws commander's InvalidArgumentError. */
export const parsed = <Value, Inputs>(
  flags: string,
  help: string,
  parse: (text: string) => Value,
  to: To<Value, Inputs>,
): Flag<Inputs> => flag(new Option(flags, help).argParser(parse), to);

/** An option that several commands share. */
export const shared = <Value, Inputs>(option: Option, to: To<Value, Inputs>): Flag<Inputs> => flag(option, to);

/** Adds the options to a command, below their headings. */
export function addFlags<Inputs>(command: Command, table: FlagTable<Inputs>): Command {
  for (const [group, flags] of Object.entries(table)) {
    command.optionsGroup(`${group}:`);
    for (const { option } of flags) command.addOption(option);
  }
  return command;
}

/** The inputs from a command's parsed options. An empty text is no value, as in `--builder "$BUILDER"` of scripts. */
export async function inputsOf<Inputs>(
  table: FlagTable<Inputs>,
  options: Readonly<Record<string, unknown>>,
): Promise<Partial<Inputs>> {
  const parts = Object.values(table)
    .flat()
    .map(({ option, to }) => ({ value: options[option.attributeName()], to }))
    .filter(({ value }) => value !== undefined && value !== "")
    .map(({ value, to }) => to(value));
  return Object.assign({}, ...(await Promise.all(parts)));
}
