import { InvalidArgumentError } from "commander";
import { predicateNames, predicateTypeOf } from "../../signing/formats/predicate-types.ts";

/** Parses the value of `--type`: a short name or a URI. */
export function parsePredicateType(name: string): string {
  const type = predicateTypeOf(name);
  if (type !== undefined) return type;
  throw new InvalidArgumentError(`Use ${predicateNames.join(", ")} or a URI.`);
}
