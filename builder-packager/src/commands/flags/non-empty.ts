import type { Defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";

/**
 * Returns the options that have a value. An empty string is treated as a missing value, as in
 * `--builder "$BUILDER"` in scripts.
 *
 * @example `nonEmpty({ builder: undefined, descriptor: "", execEnv: "test" }) // { execEnv: "test"
 * }`
 */
export const nonEmpty = <Options extends object>(options: Options): Defined<Options> =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined && value !== ""),
  ) as Defined<Options>;

/**
 * Refuses options with an empty value. A script whose variable is empty would otherwise publish an
 * image without a signature or without a check.
 *
 * @param given the values by the names of their options
 * @param removable the options that a user without a value removes together
 * @throws CnbError ARGUMENT_INVALID
 */
export function refuseEmpty(given: Readonly<Record<string, string | undefined>>, removable = "the option"): void {
  for (const [flag, value] of Object.entries(given))
    if (value?.trim() === "")
      throw new CnbError("ARGUMENT_INVALID", `${flag} is empty`, {
        hint: `Pass a value with ${flag}, or remove ${removable}.`,
      });
}
