import type { BuildTool, ToolName } from "./build-tool.ts";

/** The adapter of a tool; loaded late, as a build needs one of them. */
export const buildTool = (name: ToolName): Promise<BuildTool> | undefined => adapters[name]?.();

const adapters: Readonly<Partial<Record<ToolName, () => Promise<BuildTool>>>> = {};
