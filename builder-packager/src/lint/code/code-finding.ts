import type { Finding } from "../finding.ts";
import type { CodeError } from "./author-code.ts";

/** Returns the finding for an error that a compiler reports in the author's code. */
export const codeFinding = (
  rule: "compile-error" | "type-error",
  { path, line, column, message }: CodeError,
): Finding => ({ rule, severity: "error", file: path, line, column, message, edits: [] });
