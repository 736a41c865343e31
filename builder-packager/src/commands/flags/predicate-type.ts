import { InvalidArgumentError } from "commander";
import { predicateNames, predicateTypeOf } from "../../signing/formats/predicate-types.ts";

/** Parses the value of `--type`: the short name of a predicate type, or a URI. */
export function parsePredicateType(name: string): string {
  const type = predicateTypeOf(name);
  if (type !== undefined) return type;
  throw new InvalidArgumentError(
    `Use a predicate type: ${predicateNames.join(", ")}, or a URI such as https://example.com/review/v1.`,
  );
}
