import type { ToolName } from "../build-tool.ts";
import type { Settings } from "../config.ts";

/** A build tool, and the variable or file that requests it. */
export interface ToolRequest {
  readonly name: ToolName;
  readonly source: string;
}

/** Determines the tool whose build file is named by a variable. */
export function namedFile(settings: Settings): ToolRequest | undefined {
  if (settings.BP_MAVEN_POM_FILE) return { name: "maven", source: "BP_MAVEN_POM_FILE" };
  return settings.BP_GRADLE_BUILD_FILE ? { name: "gradle", source: "BP_GRADLE_BUILD_FILE" } : undefined;
}
