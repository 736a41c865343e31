import type { Finding } from "../finding.ts";
import type { CodeError } from "./author-code.ts";

/** Converts an error that a compiler reports in the author's code to a finding. */
export const codeFinding = (
  rule: "compile-error" | "type-error",
  { path, line, column, message }: CodeError,
): Finding => ({ rule, severity: "error", file: path, line, column, message, edits: [] });
