import type { Command, Option } from "commander";
import { CnbError } from "../../errors.ts";

/**
 * Refuses a second value of the options that `--help` does not mark as repeatable. Commander would
 * use the last value, so that a command could, for example, verify another identity than the first
 * one. The same value may be repeated.
 */
export function refuseSecondValues(command: Command): void {
  for (const option of command.options) if (takesOneValue(option)) refuseSecondValue(command, option);
}

const takesOneValue = ({ required, optional, description }: Option): boolean =>
  (required || optional) && !/\brepeatable\b/.test(description);

function refuseSecondValue(command: Command, option: Option): void {
  let first: string | undefined;
  command.on(`option:${option.name()}`, (value: string | null) => {
    const second = value ?? "";
    first ??= second;
    if (second !== first) throw severalValues(option.long ?? option.flags, [first, second]);
  });
}

const severalValues = (flag: string, values: readonly string[]): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    `${flag} has one value, but two are given: ${values.map((value) => JSON.stringify(value)).join(" and ")}`,
    { hint: `Pass ${flag} once. --help marks the options that can be repeated.` },
  );
