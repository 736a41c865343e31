import type { Logger } from "../logger/logger.ts";
import { tableLines } from "../logger/table.ts";
import type { ChosenValue } from "./choose.ts";
import { type ConfigInputs, chosenValues } from "./config.ts";
import { misspeltNames } from "./misspelt.ts";
import { configurationRows, describedRows } from "./summary.ts";

/**
 * Logs the declared variables that are set by the user, the builder or an earlier buildpack, and
 * warns about likely misspellings. The debug log contains all declared variables with their
 * descriptions.
 */
export function showConfiguration(log: Logger, inputs: ConfigInputs): void {
  const chosen = chosenValues(inputs);
  const given = chosen.filter(isSetByUser);
  showTable(
    "Configuration",
    given.filter(({ configuration }) => configuration.build),
    log,
  );
  showTable(
    "Configuration of the image at run time",
    given.filter(({ configuration }) => !configuration.build),
    log,
  );
  if (chosen.length > 0) log.debug("All settings:");
  for (const line of tableLines(describedRows(chosen))) log.debug(line);
  for (const { name, meant } of misspeltNames(Object.keys(inputs.platformEnv), chosen))
    log.warn(`${name} is set, but this buildpack has no such setting: did you mean ${meant}?`);
}

const isSetByUser = ({ source }: ChosenValue): boolean => source === "user" || source === "environment";

function showTable(heading: string, values: readonly ChosenValue[], log: Logger): void {
  if (values.length === 0) return;
  log.heading(heading);
  log.table(configurationRows(values));
}
