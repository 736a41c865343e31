import { defined } from "@libcnb/app-kit/defined";
import type { UserError } from "libcnb";
import { explainFailure, type Shows, shownLines, type ToolEnd } from "libcnb/kit";
import type { ToolName } from "../build-tool.ts";
import { toolFailures } from "./tools.ts";

/** Facts about a failed build that the tool's output does not contain. */
interface FailureContext {
  /** The name of the build file, if it is not the usual one. */
  readonly file?: string | undefined;
  /** True if the tool ran in offline mode. */
  readonly isOffline?: boolean | undefined;
}

/** Creates the error that explains why a tool could not build an app. */
export const buildFailure = (
  tool: ToolName,
  end: ToolEnd,
  { file, isOffline = false }: FailureContext = {},
): UserError =>
  explainFailure(toolFailures[tool], end, {
    placeholders: defined({ FILE: file }),
    // without the network, what is unknown is what was not downloaded before
    instead: isOffline ? { PACKAGES_UNKNOWN: "PACKAGES_OFFLINE_MISSING" } : {},
  });

/**
 * Creates a function that decides which lines of Maven's output the log shows: all except blank
 * lines, rulers, skipped steps, and usage hints after a failure.
 */
export const isShownOfMaven = (): Shows =>
  shownLines({
    usage: /^\[ERROR\] To see the full stack trace of the errors|^usage: mvn /,
    noise:
      /^\[(?:INFO|ERROR|WARNING)\]\s*$|^\[INFO\] -+$|^\[INFO\] (?:Finished at:|Scanning for projects| {2}from pom\.xml$|skip non existing resourceDirectory|Not copying test resources|Not compiling test sources|Tests are skipped)/,
  });

/**
 * Creates a function that decides which lines of Gradle's output the log shows: all except usage
 * hints after a failure, download messages of old versions, and this buildpack's own report tasks.
 */
export const isShownOfGradle = (): Shows =>
  shownLines({
    usage: /^\* Try:|^USAGE: gradle /,
    usageEnd: /^=+$|^\d+: Task failed|^BUILD FAILED/,
    noise: /^Download(?:ing)? https?:|^Build cache is an incubating feature|^(?:> Task )?:(?:\S+:)?libcnbReport\b/,
  });
