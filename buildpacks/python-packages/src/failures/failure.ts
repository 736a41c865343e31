import { defined } from "@libcnb/app-kit/defined";
import type { UserError } from "libcnb";
import { explainFailure, failureCode, plainOutput, type ToolEnd } from "libcnb/kit";
import type { ManagerName } from "../package-manager.ts";
import type { FailureCode } from "./catalogue.ts";
import { indexPatterns } from "./common.ts";
import { managerFailures } from "./managers.ts";

/** Facts about a failed installation that the tool's output does not contain. */
interface FailureContext {
  /** The name of the lockfile, if any. */
  readonly lockfile?: string | undefined;
  /** Texts that must be hidden in the shown output. */
  readonly secrets?: readonly string[] | undefined;
  /** The text of pip's log. Only the log contains responses of indexes and the output of builds. */
  readonly log?: string | undefined;
  /** True if the tool must not access any index. */
  readonly isOffline?: boolean | undefined;
}

/** Creates the error that explains why a tool could not install packages. */
export function installFailure(
  manager: ManagerName,
  end: ToolEnd,
  { lockfile, secrets, log = "", isOffline = false }: FailureContext = {},
): UserError {
  const output = plainOutput(end.output);
  const unseen = missingBuildOutput(output, log).join("\n");
  return explainFailure(managerFailures[manager], end, {
    output: searched(withBuildOutput(output, log)),
    instead: { PACKAGES_UNKNOWN: isOffline ? "PACKAGES_OFFLINE_MISSING" : indexFailure(log) },
    // pip's requirements are both
    placeholders: defined({ LOCKFILE: lockfile, MANIFEST: manager === "pip" ? lockfile : undefined }),
    unseen: { output: unseen, secrets, usage, noise },
  });
}

/** The output, and the same without ends of lines: some tools break lines at the width of a terminal. */
function searched(output: string): string {
  const text = plainOutput(output);
  return `${text}\n${text.replace(/(?<!\s)\s*\n\s*/g, " ")}`;
}

/** The failure of an index that pip writes only to its log. */
function indexFailure(log: string): FailureCode | undefined {
  const responses = log.split("\n").filter((line) => line.includes("Could not fetch URL"));
  return failureCode(indexPatterns, responses.join("\n"));
}

/** The pattern of usage text that tools print after a failure. */
const usage =
  /\n(?:To fix this you could try to:|Note: This error originates from the build backend|If you do not want to install the current project|(?: *\| )?Solutions:)[\s\S]*/;

/**
 * The patterns of lines without information: progress, hints about the tool itself, the path of a
 * temporary log, stacks of the tool's code.
 */
const noise =
  /^\s*(?:│\s*)?(?:(?:File )?"?\/layers\/\S+", ?line|File "\/layers\/|File ?$|line \d+, in |\^+\s*$|note: This (?:error|is) )|^ *\|\s*$|Courtesy Notice|Pipenv found itself running|PIPENV_|automatically use that environment|^create {2}its own|^project\. You can set|pipenv (?:shell|run)\b|Add '-v' to see|detailed debug log|PDM_IGNORE_ACTIVE_VENV|finished with status 'done'|: started$|^\[\w+\]: {3}|You can also run your poetry command|Build failures usually indicate|\[end of output\]|ResolutionImpossible: for help visit/;

/**
 * Returns the output of `pip install` completed with the output of the failed package build. With a
 * log file (`--log`), pip 26 writes the build's output only there, and prints "No available
 * output." or "See above for output." instead.
 *
 * @param log the content of pip's log file
 */
function withBuildOutput(output: string, log: string): string {
  const lines = missingBuildOutput(output, log);
  if (lines.length === 0) return output;
  const shown = lines.map((line) => `      ${line}`).join("\n");
  return output.replace(missing, () => `╰─> [${lines.length} lines of output]\n${shown}`);
}

/** The output of the failed package build, if pip did not print it. */
const missingBuildOutput = (output: string, log: string): readonly string[] =>
  missing.test(output) ? lastBuild(log) : [];

const missing = /╰─> (?:No available output\.|See above for output\.)/;

/** The lines of the last command that failed: pip builds one package after the other, and ends with the first failure. */
function lastBuild(log: string): readonly string[] {
  const lines = log.split("\n").map(withoutTime);
  const end = lines.findLastIndex((line) => failed.test(line));
  const command = failed.exec(lines[end] ?? "")?.[1];
  const start = lines.findLastIndex((line, index) => index < end && line.trim() === `Running command ${command}`);
  return start < 0 ? [] : lines.slice(start + 1, end).map((line) => line.replace(/^ {2}/, ""));
}

const failed = /^ *ERROR: (.+) exited with -?\d+$/;

const withoutTime = (line: string): string => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{3} /, "");
