import type { BuildTool, ToolName } from "./build-tool.ts";

/** The adapter of a tool; loaded on demand, because a build needs only one. */
export const buildTool = (name: ToolName): Promise<BuildTool> => adapters[name]();

const adapters = {
  maven: async () => (await import("./maven/maven.ts")).maven,
  gradle: async () => (await import("./gradle/gradle.ts")).gradle,
} as const satisfies Readonly<Record<ToolName, () => Promise<BuildTool>>>;
