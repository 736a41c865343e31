import { inDir } from "@libcnb/app-kit/folders";
import { tableOf, textOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import { projectDir } from "@libcnb/python-app/project-dir";
import type { App, BuildContext, s } from "libcnb";
import { type LocatedProcfile, readProcfile } from "libcnb/kit";
import { type InstalledPackages, readInstalled } from "./app/installed.ts";
import { type Modules, modulesOf } from "./scan/modules.ts";
import type { Settings } from "./settings.ts";

/** The app to start, and the settings that determine its processes. */
export interface Project {
  readonly app: App;
  /** The directory of the project, relative to the app. */
  readonly dir: string;
  readonly settings: Settings;
  readonly procfile: LocatedProcfile | undefined;
  /** The parsed pyproject.toml; empty if there is none. */
  readonly pyproject: s.Table;
  readonly modules: Modules;
  readonly installed: InstalledPackages;
  /**
   * True if the project itself is installed as a package. Its modules can then be imported from any
   * directory.
   */
  readonly isInstalled: boolean;
}

/** Reads all settings for starting an app. */
export async function readProject({
  app,
  config,
  env,
}: Pick<BuildContext<Settings>, "app" | "config" | "env">): Promise<Project> {
  const dir = await projectDir(app, config.BP_PYTHON_PROJECT_PATH);
  const file = inDir(dir, "pyproject.toml");
  const pyproject = (await app.exists(file)) ? await app.readToml(file) : {};
  const installed = await readInstalled(env);
  return {
    app,
    dir,
    settings: config,
    pyproject,
    installed,
    modules: modulesOf(app, dir),
    procfile: await readProcfile(app, dir),
    isInstalled: installed.has(nameOf(pyproject) ?? ""),
  };
}

/**
 * Returns the normalized name of the project in pyproject.toml, which is also the name of the
 * project's package. Returns `undefined` if there is no name.
 */
export function nameOf(pyproject: s.Table): string | undefined {
  const name =
    textOf(tableOf(pyproject["project"])["name"]) ?? textOf(tableOf(tableOf(pyproject["tool"])["poetry"])["name"]);
  return name && normalizedName(name);
}

/**
 * Returns the names of the programs that a project defines, in `[project.scripts]` and
 * `[tool.poetry.scripts]`.
 */
export const scriptsOf = (pyproject: s.Table): readonly string[] => [
  ...Object.keys(tableOf(tableOf(pyproject["project"])["scripts"])),
  ...Object.keys(tableOf(tableOf(tableOf(pyproject["tool"])["poetry"])["scripts"])),
];
