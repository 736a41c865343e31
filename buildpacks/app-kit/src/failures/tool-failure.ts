import { UserError } from "libcnb";
import { type Explanation, filled } from "./explanation.ts";
import { lastLines, type ShownOutput } from "./last-lines.ts";
import { ending, type ToolEnd } from "./tool-end.ts";

/** What is known of a failure besides its explanation. */
export interface FailureFacts extends ShownOutput {
  /** For the words in capitals of the explanation. */
  readonly words?: Readonly<Record<string, string>>;
}

/** The error that explains why a tool failed: with its last lines as the cause, and what to do. */
export function toolFailure(
  code: string,
  { message, hint }: Explanation,
  end: ToolEnd,
  { words = {}, ...shown }: FailureFacts = {},
): UserError {
  return new UserError(code, filled(message, words), { cause: causeOf(end, shown), hint: filled(hint, words) });
}

/** How a tool ended, and its last lines. */
export function causeOf(end: ToolEnd, shown: ShownOutput = {}): string {
  const lines = lastLines(end.output, shown);
  const tail = lines.length === 0 ? "" : `; its last lines were\n${lines.map((line) => `    ${line}`).join("\n")}`;
  return `it ended with ${ending(end)}${tail}`;
}
