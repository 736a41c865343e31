import { type Command, Option } from "commander";
import { addListed, addValue } from "./listed-values.ts";

/** A flag of a command, and the conversion of its value to inputs of an operation. */
export interface Flag<Inputs> {
  readonly option: Option;
  /** Converts the parsed value. Not called if the flag has no value. */
  readonly to: (value: unknown) => Partial<Inputs> | Promise<Partial<Inputs>>;
}

/** The flags of a command, by the heading of their group in `--help`. */
export type FlagTable<Inputs> = Readonly<Record<string, readonly Flag<Inputs>[]>>;

type To<Value, Inputs> = (value: Value) => Partial<Inputs> | Promise<Partial<Inputs>>;

const flag = <Value, Inputs>(option: Option, to: To<Value, Inputs>): Flag<Inputs> => ({
  option,
  to: (value) => to(value as Value), // the option's parser has made it
});

/** Creates a flag whose value is a string. */
export const text = <Inputs>(flags: string, help: string, to: To<string, Inputs>): Flag<Inputs> =>
  flag(new Option(flags, help), to);

/** Creates a flag without a value. */
export const toggle = <Inputs>(flags: string, help: string, to: To<boolean, Inputs>): Flag<Inputs> =>
  flag(new Option(flags, help), to);

/** Creates a flag that can be repeated. */
export const list = <Inputs>(flags: string, help: string, to: To<readonly string[], Inputs>): Flag<Inputs> =>
  flag(new Option(flags, help).argParser(addValue).default([]), to);

/**
 * Creates a flag that can be repeated and whose value can list several values, separated by commas.
 */
export const commaList = <Inputs>(flags: string, help: string, to: To<readonly string[], Inputs>): Flag<Inputs> =>
  flag(new Option(flags, help).argParser(addListed).default([]), to);

/**
 * Creates a flag whose value `parse` converts. For an invalid value, `parse` must throw commander's
 * InvalidArgumentError.
 */
export const parsed = <Value, Inputs>(
  flags: string,
  help: string,
  parse: (text: string) => Value,
  to: To<Value, Inputs>,
): Flag<Inputs> => flag(new Option(flags, help).argParser(parse), to);

/** Creates a flag from an option that several commands share. */
export const shared = <Value, Inputs>(option: Option, to: To<Value, Inputs>): Flag<Inputs> => flag(option, to);

/** Adds the flags to a command, grouped by their headings. */
export function addFlags<Inputs>(command: Command, table: FlagTable<Inputs>): Command {
  for (const [group, flags] of Object.entries(table)) {
    command.optionsGroup(`${group}:`);
    for (const { option } of flags) command.addOption(option);
  }
  return command;
}

/**
 * Converts a command's parsed options to inputs. An empty string is treated as a missing value, as
 * in `--builder "$BUILDER"` in scripts.
 */
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
