import type { Argument, CommanderError } from "commander";
import { CnbError } from "../errors.ts";

/**
 * Formats an error of commander about command-line arguments like all other errors. For a missing
 * argument, the hint lists the permitted values.
 *
 * @param args the arguments of the command, if they are known
 * @example
 * `usageError(new CommanderError(1, "commander.unknownOption", "error: unknown option '--taget'\n(Did you mean --target?)"))`
 */
export function usageError(
  { message }: Pick<CommanderError, "message">,
  args: readonly Argument[] = [],
): CnbError<"ARGUMENT_INVALID"> {
  const [what = "", ...advice] = message.replace(/^error: /, "").split("\n");
  const suggested = advice.map((line) => line.replace(/^\((.*)\)$/, "$1"));
  return new CnbError("ARGUMENT_INVALID", what, {
    hint: [...suggested, ...choicesFor(what, args), "Add --help for the options."].join(" "),
  });
}

function choicesFor(problem: string, args: readonly Argument[]): readonly string[] {
  const [, name] = /^missing required argument '(.+)'$/.exec(problem) ?? [];
  const { argChoices = [] } = args.find((each) => each.name() === name) ?? {};
  return argChoices.length > 0 ? [`Use ${orList(argChoices)}.`] : [];
}

const orList = (words: readonly string[]): string =>
  [words.slice(0, -1).join(", "), ...words.slice(-1)].filter((part) => part !== "").join(" or ");
