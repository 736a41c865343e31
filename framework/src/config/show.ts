import type { Logger } from "../logger/logger.ts";
import { type ConfigInputs, chosenValues } from "./config.ts";
import { misspeltNames } from "./misspelt.ts";
import { configurationRows } from "./summary.ts";

/** Shows the declared variables with their values, and warns of those that the user may have misspelt. */
export function showConfiguration(log: Logger, inputs: ConfigInputs): void {
  const chosen = chosenValues(inputs);
  const build = chosen.filter(({ configuration }) => configuration.build);
  const launch = chosen.filter(({ configuration }) => !configuration.build);
  if (build.length > 0) log.heading("Configuration");
  if (build.length > 0) log.table(configurationRows(build));
  if (launch.length > 0) log.heading("Configuration of the image, when it starts");
  if (launch.length > 0) log.table(configurationRows(launch));
  for (const { name, meant } of misspeltNames(Object.keys(inputs.platformEnv), chosen))
    log.warn(`${name} is set, which this buildpack does not know: did you mean ${meant}?`);
}
