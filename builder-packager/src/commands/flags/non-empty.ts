import type { Defined } from "../../defined.ts";

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
