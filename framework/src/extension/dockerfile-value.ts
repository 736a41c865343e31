import { LibcnbError } from "../errors.ts";

/**
 * A reference to an argument or an environment variable of the Dockerfile, created by
 * `dockerfile.variable`.
 */
export interface DockerfileVariable {
  readonly variable: string;
}

/**
 * A literal string, in which `$` is a dollar sign, a variable, or a list of both whose parts are
 * joined.
 */
export type DockerfileValue = string | DockerfileVariable | readonly (string | DockerfileVariable)[];

type Part = string | DockerfileVariable;

/**
 * Returns the parts of a value.
 *
 * @throws LibcnbError DOCKERFILE_INVALID if a part is neither a string nor a variable
 */
export function partsOf(value: DockerfileValue, where: string): readonly Part[] {
  const parts = Array.isArray(value) ? value : [value];
  const other = parts.findIndex((part) => typeof part !== "string" && typeof part?.variable !== "string");
  if (other === -1) return parts;
  // the types exclude this, but values come from files and variables that may not exist
  throw invalid(
    `${where} has the value ${JSON.stringify(parts[other]) ?? String(parts[other])}, which is neither a string nor a variable`,
    "Pass a string, dockerfile.variable(…), or a list of both.",
  );
}

/** Returns the names of the variables in a value. The names are not validated. */
export function variablesIn(value: DockerfileValue): readonly string[] {
  const parts: readonly (Part | undefined | null)[] = Array.isArray(value) ? value : [value];
  return parts.flatMap((part) =>
    typeof part === "object" && typeof part?.variable === "string" ? [part.variable] : [],
  );
}

/**
 * Quotes a value in double quotes. Inside, only the quote, the backslash and the dollar sign are
 * special.
 */
export function quoted(value: DockerfileValue, where: string): string {
  return `"${written(value, where, /[\\"$]/g)}"`;
}

/**
 * Escapes a value for a word in a JSON list of a Dockerfile. BuildKit also expands variables in
 * such a list.
 */
export function escaped(value: DockerfileValue, where: string): string {
  return written(value, where, /[\\"'$]/g);
}

/**
 * Formats a value for an argument in which literal text may only contain the characters of
 * `possible`. Variables become `${name}`.
 *
 * @throws LibcnbError DOCKERFILE_INVALID for literal text with other characters
 */
export function restricted(value: DockerfileValue, where: string, possible: RegExp): string {
  const bad = partsOf(value, where).find((part) => typeof part === "string" && !possible.test(part));
  if (bad !== undefined)
    throw invalid(
      `${where} cannot be ${JSON.stringify(bad)}`,
      "Use letters, digits, ., _ and -, with a : between user and group.",
    );
  return written(value, where, /[\\"'$]/g);
}

function written(value: DockerfileValue, where: string, special: RegExp): string {
  const parts = partsOf(value, where).map((part) => {
    if (typeof part !== "string") return reference(part.variable);
    refuseUnwritable(part, where);
    return part.replace(special, "\\$&");
  });
  return parts.join("");
}

export const reference = (name: string): string => ["$", "{", checkName(name, "variable"), "}"].join("");

/** The variable in `FROM` that refers to the image to extend. */
export const imageToExtend = reference("base_image");

function refuseUnwritable(text: string, where: string): void {
  // a line's end would begin another instruction; the lexer drops a byte order mark and stops at U+0000
  if (!/[\0\r\n\uFEFF]/.test(text) && text.isWellFormed()) return;
  throw invalid(
    `${where} contains a line break, U+0000, U+FEFF or half of a surrogate pair, which a Dockerfile cannot contain`,
    "Remove it, or put the text into a file of the context and copy the file.",
  );
}

export function checkName(name: string, what: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw invalid(
    `${JSON.stringify(name)} is not the name of a ${what}`,
    "Use letters, digits and _, not beginning with a digit.",
  );
}

export const invalid = (message: string, hint: string): LibcnbError<"DOCKERFILE_INVALID"> =>
  new LibcnbError("DOCKERFILE_INVALID", message, { hint });
