import { UserError } from "libcnb";
import { type Explanation, filled } from "./explanation.ts";
import { lastLines, type ShownOutput } from "./last-lines.ts";
import { ending, type ToolEnd } from "./tool-end.ts";

/** The facts about a failure besides its explanation. */
export interface FailureFacts {
  /** The values of the placeholders in capitals. */
  readonly words?: Readonly<Record<string, string>>;
  /** Output that the log does not have, and how it is shown. */
  readonly unseen?: (ShownOutput & { readonly output: string }) | undefined;
}

/**
 * Creates the error that explains a tool's failure, with a hint. It repeats only output that the
 * log does not have (`unseen`).
 */
export function toolFailure(
  code: string,
  { message, hint }: Explanation,
  end: ToolEnd,
  { words = {}, unseen }: FailureFacts = {},
): UserError {
  return new UserError(code, filled(message, words), { cause: causeOf(end, unseen), hint: filled(hint, words) });
}

/** How a tool ended, and the last lines of what the log does not have yet. */
function causeOf(end: ToolEnd, unseen: FailureFacts["unseen"]): string {
  const lines = unseen === undefined ? [] : lastLines(unseen.output, unseen);
  const tail = lines.length === 0 ? "" : `; its last lines were\n${lines.map((line) => `    ${line}`).join("\n")}`;
  return `${end.tool ?? "it"} ended with ${ending(end)}${tail}`;
}
