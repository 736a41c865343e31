import type { CommanderError } from "commander";
import { CnbError } from "../errors.ts";

/**
 * Formats commander's error about the arguments like all other errors.
 *
 * @example `usageError(new CommanderError(1, "commander.unknownOption", "error: unknown option '--taget'\n(Did you mean --target?)"))`
 */
export function usageError({ message }: Pick<CommanderError, "message">): CnbError<"ARGUMENT_INVALID"> {
  const [what = "", ...advice] = message.replace(/^error: /, "").split("\n");
  const suggested = advice.map((line) => line.replace(/^\((.*)\)$/, "$1"));
  return new CnbError("ARGUMENT_INVALID", what, { hint: [...suggested, "Add --help for the options."].join(" ") });
}
