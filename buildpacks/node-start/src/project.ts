import { inDir } from "@libcnb/app-kit/folders";
import {
  type PackageJson,
  type ProjectDirs,
  projectDirs,
  readPackageJson,
  scriptsOfBuild,
  type Texts,
} from "@libcnb/node-app";
import type { App, Env } from "libcnb";
import { type LocatedProcfile, readProcfile } from "libcnb/kit";
import type { ScriptSources } from "./command-start.ts";
import type { Settings } from "./settings.ts";

/** Reads all settings for starting an app. */
export async function readProject(context: {
  readonly app: App;
  readonly config: Settings;
  readonly env: Env;
}): Promise<Project> {
  const { app, config, env } = context;
  const dirs = await projectDirs(app, config.BP_NODE_PROJECT_PATH);
  const packageJson = await readPackageJson(app, dirs.dir);
  const { scripts = {}, dependencies, devDependencies, optionalDependencies } = packageJson ?? {};
  return {
    app,
    dirs,
    settings: config,
    packageJson,
    scripts,
    packages: { ...dependencies, ...devDependencies, ...optionalDependencies },
    procfile: await readProcfile(app, dirs.dir),
    built: scriptsOfBuild(scripts, env.BP_NODE_RUN_SCRIPTS),
    isBuilt: [scripts.build, scripts.postinstall, scripts.prepare, env.BP_NODE_RUN_SCRIPTS].some((script) =>
      script?.trim(),
    ),
    isPlugAndPlay: await isPlugAndPlay(app, dirs.root),
  };
}

/**
 * Returns the working directory of the Procfile's commands, and the scripts in the package.json of
 * that directory.
 */
export const procfileSources = (project: Project): Pick<ScriptSources, "scripts" | "dir" | "built"> => {
  const { procfile, dirs, scripts, built, isPlugAndPlay } = project;
  const isOfProject = procfile?.dir === dirs.dir;
  return {
    dir: procfile?.dir ?? "",
    scripts: isOfProject ? scripts : {},
    built: isOfProject && !isPlugAndPlay ? built : [],
  };
};

/** The default of Yarn 2 and newer, which are known by their settings file. */
async function isPlugAndPlay(app: App, root: string): Promise<boolean> {
  const file = inDir(root, ".yarnrc.yml");
  if (!(await app.exists(file))) return false;
  return !/^nodeLinker:\s*["']?(node-modules|pnpm)\b/m.test(await app.readText(file));
}

/** The app to start, and the settings that determine its processes. */
export interface Project {
  readonly app: App;
  readonly dirs: ProjectDirs;
  readonly settings: Settings;
  /** The package.json; `undefined` if it is missing. */
  readonly packageJson: PackageJson | undefined;
  readonly scripts: Texts;
  /** All packages that package.json names, including those for development. */
  readonly packages: Texts;
  readonly procfile: LocatedProcfile | undefined;
  /** The names of the scripts that the build runs. */
  readonly built: readonly string[];
  /** True if the build runs scripts, which may create the file to start. */
  readonly isBuilt: boolean;
  /** True if packages are in archives, which only Yarn can load (Plug'n'Play). */
  readonly isPlugAndPlay: boolean;
}
