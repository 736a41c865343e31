import type { LocatedProcfile } from "@libcnb/app-kit/start/procfile";
import type { PackageJson, ProjectDirs, Texts } from "@libcnb/node-app";
import type { App } from "libcnb";
import type { Settings } from "./settings.ts";

/** The start settings of an app. */
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
