import { leaveOutEnvironments } from "@libcnb/python-app/own-environments";
import { projectDir } from "@libcnb/python-app/project-dir";
import { readChoice } from "./choice/choice.ts";
import type { Context } from "./config.ts";
import { packageManager } from "./managers.ts";
import type { Project, Python, PythonPackageManager } from "./package-manager.ts";
import { readPython } from "./python.ts";
import type { RegistryAccess } from "./registry/access.ts";
import { provideTool, type Tool } from "./tool/tool.ts";

/** The work on an app, and its tool. */
export interface Task {
  readonly manager: PythonPackageManager;
  readonly tool: Tool;
  readonly python: Python;
  readonly project: Project;
}

/** Determines the work, and provides the tool. */
export async function readTask(context: Context, access: RegistryAccess): Promise<Task> {
  const { app, config: settings, env, log, run } = context;
  const dir = await projectDir(app, settings.BP_PYTHON_PROJECT_PATH);
  const choice = await readChoice({ app, dir, env, settings });
  const manager = await packageManager(choice.name);
  const python = await readPython(run);
  const tool = await provideTool(context, { choice, manager, python, access });
  log.step(`${manager.title} ${tool.version} (${choice.source})`);
  for (const loser of choice.losers) log.info(loser);
  for (const warning of choice.warnings) log.warn(warning);
  await leaveOutEnvironments(app, dir, log);
  const project = await manager.read({ app, dir, env, settings, choice, toolVersion: tool.version, python });
  return { manager, tool, python, project };
}
