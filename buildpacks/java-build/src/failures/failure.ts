import { plain } from "@libcnb/app-kit/failures/last-lines";
import { ending, isKilled, type ToolEnd } from "@libcnb/app-kit/failures/tool-end";
import { toolFailure } from "@libcnb/app-kit/failures/tool-failure";
import type { UserError } from "libcnb";
import type { ToolName } from "../build-tool.ts";
import { explanationOf, type FailureId } from "./catalogue.ts";
import { wordsOf } from "./words.ts";

/** What else is known of a failure. */
export interface FailureContext {
  /** The build file's name, if it is not the usual one. */
  readonly file?: string | undefined;
  /** Texts that are hidden wherever the output is shown. */
  readonly secrets?: readonly string[] | undefined;
  /** The tool was not to use the network. */
  readonly isOffline?: boolean | undefined;
}

/** Explains why a tool could not build an app. */
export function buildFailure(tool: ToolName, end: ToolEnd, { file, secrets }: FailureContext = {}): UserError {
  const output = plain(end.output);
  const id: FailureId = isKilled(end) ? "BUILD_OUT_OF_MEMORY" : "JAVA_BUILD_FAILED";
  void output;
  return toolFailure(id, explanationOf(id), end, { words: wordsOf(tool, file, ending(end)), secrets });
}
