import { projectDir } from "@libcnb/python-app/project-dir";
import { readChoice } from "./choice/choice.ts";
import type { Context } from "./contract.ts";
import type { ManagerChoice, ManagerName, Project, Python, PythonPackageManager } from "./package-manager.ts";
import { readPython } from "./python.ts";
import type { RegistryAccess } from "./registry/access.ts";
import { provideTool, type Tool } from "./tool/tool.ts";

/** The tool for an app, and the reason for the choice. */
export interface ChosenTool {
  /** The project's directory, relative to the app. */
  readonly dir: string;
  readonly choice: ManagerChoice;
  readonly manager: PythonPackageManager;
  readonly tool: Tool;
  readonly python: Python;
}

/** The project whose packages are installed, and the tool that installs them. */
export interface Task {
  readonly manager: PythonPackageManager;
  readonly tool: Tool;
  readonly python: Python;
  readonly project: Project;
}

/** Chooses the tool that installs the app's packages, and installs the tool itself if necessary. */
export async function chooseTool(context: Context, access: RegistryAccess): Promise<ChosenTool> {
  const { app, config: settings, env, run } = context;
  const dir = await projectDir(app, settings.BP_PYTHON_PROJECT_PATH);
  const choice = await readChoice({ app, dir, env, settings });
  const manager = await packageManager(choice.name);
  const python = await readPython(run);
  const tool = await provideTool(context, { choice, manager, python, access });
  return { dir, choice, manager, tool, python };
}

/** Reads the project to install, with the files of the chosen tool. */
export async function readTask({ app, config: settings, env }: Context, chosen: ChosenTool): Promise<Task> {
  const { dir, choice, manager, tool, python } = chosen;
  const project = await manager.read({ app, dir, env, settings, choice, toolVersion: tool.version, python });
  return { manager, tool, python, project };
}

/** The adapter of a tool; loaded on demand, because a build needs only one. */
const packageManager = (name: ManagerName): Promise<PythonPackageManager> => adapters[name]();
const adapters = {
  pip: async () => (await import("./pip/pip.ts")).pip,
  uv: async () => (await import("./uv/uv.ts")).uv,
  poetry: async () => (await import("./poetry/poetry.ts")).poetry,
  pipenv: async () => (await import("./pipenv/pipenv.ts")).pipenv,
  pdm: async () => (await import("./pdm/pdm.ts")).pdm,
} as const satisfies Readonly<Record<ManagerName, () => Promise<PythonPackageManager>>>;
