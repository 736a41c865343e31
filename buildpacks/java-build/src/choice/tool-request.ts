import type { ToolName } from "../build-tool.ts";
import type { Settings } from "../config.ts";

/** A tool and the source that names it. */
export interface ToolRequest {
  readonly name: ToolName;
  readonly source: string;
}

/** The tool whose build file a variable names. */
export function namedFile(settings: Settings): ToolRequest | undefined {
  if (settings.BP_MAVEN_POM_FILE) return { name: "maven", source: "BP_MAVEN_POM_FILE" };
  return settings.BP_GRADLE_BUILD_FILE ? { name: "gradle", source: "BP_GRADLE_BUILD_FILE" } : undefined;
}
