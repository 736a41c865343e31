import { plain } from "@libcnb/app-kit/failures/last-lines";
import { found, type Sign } from "@libcnb/app-kit/failures/sign";
import { ending, isKilled, type ToolEnd } from "@libcnb/app-kit/failures/tool-end";
import { toolFailure } from "@libcnb/app-kit/failures/tool-failure";
import type { UserError } from "libcnb";
import type { ToolName } from "../build-tool.ts";
import { explanationOf, type FailureId } from "./catalogue.ts";
import { answerSigns, firstSigns, forbiddenSigns, networkSigns, versionSigns } from "./common-signs.ts";
import { gradleLastSigns, gradleSigns } from "./gradle-signs.ts";
import { mavenLastSigns, mavenSigns } from "./maven-signs.ts";
import { artifactIn } from "./subject.ts";
import { wordsOf } from "./words.ts";

/** Further facts about a failure. */
export interface FailureContext {
  /** The build file's name, if it is not the usual one. */
  readonly file?: string | undefined;
  /** The tool was not to use the network. */
  readonly isOffline?: boolean | undefined;
}

/** Explains why a tool could not build an app. */
export function buildFailure(
  tool: ToolName,
  end: ToolEnd,
  { file, isOffline = false }: FailureContext = {},
): UserError {
  const output = plain(end.output);
  const id = isKilled(end) ? "BUILD_OUT_OF_MEMORY" : exact(failureIn(tool, output), isOffline);
  const subject = id === "JAVA_BUILD_FAILED" ? ending(end) : (artifactIn(output) ?? "what the build asks for");
  return toolFailure(id, explanationOf(id), end, { words: wordsOf(tool, file, subject) });
}

const own: Readonly<Record<ToolName, readonly Sign<FailureId>[]>> = { maven: mavenSigns, gradle: gradleSigns };
const last: Readonly<Record<ToolName, readonly Sign<FailureId>[]>> = { maven: mavenLastSigns, gradle: gradleLastSigns };

const failureIn = (tool: ToolName, output: string): FailureId =>
  found(
    [...firstSigns, ...own[tool], ...answerSigns, ...networkSigns, ...versionSigns, ...forbiddenSigns, ...last[tool]],
    output,
  ) ?? "JAVA_BUILD_FAILED";

/** Without the network, what is unknown is what was not downloaded before. */
const exact = (id: FailureId, isOffline: boolean): FailureId =>
  isOffline && id === "PACKAGES_UNKNOWN" ? "PACKAGES_OFFLINE_MISSING" : id;
