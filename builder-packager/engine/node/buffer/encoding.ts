import type { Encoding } from "engine:text";
import { codedError } from "../errors.ts";

const NAMES: Readonly<Record<string, Encoding>> = {
  utf8: "utf8",
  "utf-8": "utf8",
  hex: "hex",
  base64: "base64",
  base64url: "base64url",
  latin1: "latin1",
  binary: "latin1",
  ascii: "ascii",
  utf16le: "utf16le",
  "utf-16le": "utf16le",
  ucs2: "utf16le",
  "ucs-2": "utf16le",
};

export function encodingOf(name: unknown): Encoding | undefined {
  if (typeof name !== "string") {
    return undefined;
  }
  // Object's own properties (`constructor`) are no encodings.
  const known = Object.hasOwn(NAMES, name) ? name : name.toLowerCase();
  return Object.hasOwn(NAMES, known) ? NAMES[known] : undefined;
}

/**
 * Returns the encoding with the given name, or UTF-8 if no name is given. Throws for an unknown
 * name.
 */
export function requireEncoding(name: unknown): Encoding {
  if (name === undefined || name === null || name === "" || name === "utf8") {
    return "utf8";
  }
  const encoding = encodingOf(name);
  if (encoding === undefined) {
    throw codedError(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${String(name)}`);
  }
  return encoding;
}
