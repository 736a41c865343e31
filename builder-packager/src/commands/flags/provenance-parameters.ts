import type { Command } from "commander";
import { defined } from "../../defined.ts";

/**
 * The options that provenance records, by their names in commander. The others are left out: paths and
 * addresses of the machine, credentials, and the values of variables, which can be secrets.
 */
const recorded: readonly string[] = [
  "builder",
  "buildpack",
  "preBuildpack",
  "postBuildpack",
  "extension",
  "disableSystemBuildpacks",
  "runImage",
  "execEnv",
  "workspace",
  "defaultProcess",
  "creationTime",
  "compression",
  "network",
  "clearCache",
  "target",
  "label",
  "lifecycle",
  "launcher",
  "flatten",
  "flattenExclude",
  "lock",
  "updateLock",
  "withCnb",
  "version",
  "offline",
  "runtime",
  "codeCache",
  "suite",
  "component",
  "package",
  "buildPackage",
  "runPackage",
  "without",
  "variant",
  "arch",
  "extend",
  "allowExpired",
  "allowUnsigned",
  "timezone",
  "locale",
  "id",
  "buildUid",
  "runUid",
  "gid",
  "previousImage",
  "force",
];

/** The names of variables are recorded without their values. */
const namesOnly = "env";

/**
 * Returns the external parameters of a command for its provenance: its arguments, and the options that
 * the user set.
 */
export function parametersOf(command: Command): Readonly<Record<string, unknown>> {
  const values: Readonly<Record<string, unknown>> = command.opts();
  const isSet = (name: string) => command.getOptionValueSource(name) !== "default" && values[name] !== undefined;
  const options = recorded.filter(isSet).map((name) => [name, values[name]] as const);
  const env = values[namesOnly];
  const names = Array.isArray(env) ? env.map((text) => String(text).split("=")[0]).sort() : [];
  return {
    arguments: command.args,
    options: { ...Object.fromEntries(options), ...defined({ env: names.length > 0 ? names : undefined }) },
  };
}
