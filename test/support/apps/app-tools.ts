import { execute } from "../cnb.ts";
import { isJavaTool, java } from "../java/tools.ts";
import { npm } from "../node/npm-tools.ts";
import { pypi } from "../python/pypi-tools.ts";

/**
 * A tool with its version, in the words of the registry that it comes from, and its arguments: `["pnpm@10.34.9", "install"]` is npm's,
 * `["uv==0.11.33", "lock"]` is PyPI's. `["jdk-17/mvn", "package"]` is Maven with a JDK of its own.
 */
export type Command = readonly [tool: string, ...args: string[]];

/** How a tool is started. */
export interface Program {
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
}

/** The sources of tools. */
export interface ToolRegistry {
  program(tool: string): Promise<Program>;
  /** The directory of a tool's package. */
  folder(tool: string): Promise<string>;
}

/** Runs a tool to its end in a directory, as its developer does; gives what it printed on standard output. */
export async function toolOutput([tool, ...args]: Command, cwd: string): Promise<string> {
  const { command, env } = await registryOf(tool).program(tool);
  const [file, ...first] = command;
  const { exitCode, stdout, stderr } = await execute(file, [...first, ...args], { cwd, env });
  if (exitCode !== 0) throw new Error(`${tool} ${args.join(" ")} exited ${exitCode}\n${stdout}${stderr}`);
  return stdout;
}

/** The directory of a tool's package. */
export const toolFolder = (tool: string): Promise<string> => registryOf(tool).folder(tool);

function registryOf(tool: string): ToolRegistry {
  if (isJavaTool(tool)) return java;
  return tool.includes("==") ? pypi : npm;
}
