import { projectDir } from "@libcnb/java-app/project-dir";
import type { BuildTool, Project, Tool } from "./build-tool.ts";
import { chooseTool } from "./choice/choice.ts";
import type { Context } from "./config.ts";
import { readJdk } from "./jdk.ts";
import { buildTool } from "./tools.ts";

/** The project to build, and its tool. */
export interface Task {
  readonly adapter: BuildTool;
  readonly project: Project;
  readonly tool: Tool;
}

/** Determines the project to build, and provides the tool. */
export async function readTask(context: Context): Promise<Task> {
  const { app, bindings, config: settings, env, log } = context;
  const dir = await projectDir(app, settings.BP_JAVA_PROJECT_PATH);
  const choice = await chooseTool(app, dir, settings);
  const adapter = await buildTool(choice.name);
  const project = await adapter.read({ app, dir, env, settings, bindings, choice, jdk: await readJdk(env) });
  const tool = await adapter.provide(context, project);
  log.step(`${adapter.title} ${tool.version} (${tool.source})`);
  for (const loser of choice.losers) log.info(loser);
  for (const warning of project.warnings) log.warn(warning);
  return { adapter, project, tool };
}
