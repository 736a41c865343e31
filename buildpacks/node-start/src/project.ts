import { inDir } from "@libcnb/app-kit/folders";
import { type FoundProcfile, readProcfile } from "@libcnb/app-kit/start/procfile";
import {
  type PackageJson,
  type ProjectDirs,
  projectDirs,
  readPackageJson,
  scriptsOfBuild,
  type Texts,
} from "@libcnb/node-app";
import { type App, boolean, type Config, type Env, list, oneOf, optional, string } from "libcnb";
import { frameworkNames } from "./frameworks.ts";
import type { ScriptSources } from "./script-start.ts";

/** The user's settings for the start of the app; declared in buildpack.toml. */
export const settings = {
  BP_LAUNCHPOINT: optional(string),
  BP_NPM_START_SCRIPT: optional(string),
  BP_NODE_PROJECT_PATH: optional(string),
  BP_NODE_FRAMEWORK: oneOf("auto", "none", ...frameworkNames),
  BP_NODE_KEEP_SOURCE: boolean,
  BP_NODE_PACKAGE_MANAGER: optional(string),
  BP_NODE_PROCESS_SCRIPTS: optional(list(string)),
  BP_NODE_STATIC: boolean,
  BP_NODE_STATIC_FALLBACK: optional(string),
  BP_NODE_STATIC_ROOT: optional(string),
  BP_WRITABLE_PATHS: optional(list(string)),
};

export type Settings = Config<typeof settings>;

/** The start settings of an app. */
export interface Project {
  readonly app: App;
  readonly dirs: ProjectDirs;
  readonly settings: Settings;
  /** `undefined` if it is missing. */
  readonly packageJson: PackageJson | undefined;
  readonly scripts: Texts;
  /** All packages that package.json names, with those for development. */
  readonly packages: Texts;
  readonly procfile: FoundProcfile | undefined;
  /** Names of the scripts that the build runs. */
  readonly built: readonly string[];
  /** True if scripts run in the build, which may create the file to start. */
  readonly isBuilt: boolean;
  /** True if packages are in archives, which Yarn alone knows how to load (Plug'n'Play). */
  readonly isPlugAndPlay: boolean;
}

/** Reads all settings about an app's start. */
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

/** The directory of the Procfile's commands, and the scripts of package.json there. */
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
