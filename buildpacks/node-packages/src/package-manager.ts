import type { ManagerName, PackageJson, ProjectDirs } from "@libcnb/node-app";
import type { App, Env, Logger, RunTool } from "libcnb";
import type { Demands } from "./vendored/lacking.ts";
import type { Tree } from "./vendored/tree.ts";

/**
 * A tool that installs the dependencies of an app: npm, Yarn 1, Yarn 2 and newer, pnpm, Bun.
 *
 * The implementation for each tool knows the tool's files and flags. Shared code decides when the
 * tool runs, what is cached between builds and what the image contains. One conformance suite tests
 * all implementations.
 */
export interface PackageManager {
  readonly name: ManagerName;
  /** The display name: `npm`, `Yarn 1`, `Yarn`, `pnpm`, `Bun`. */
  readonly title: string;
  /**
   * Reads the tool's files. Throws an error if a file is invalid. This method starts no program.
   */
  read(source: ProjectSource): Promise<Project>;
  /**
   * Environment variables for every run of the tool, and for scripts, which may start the tool;
   * `undefined` removes one. `Work.run` sets them.
   */
  environment?(cacheDir: string, project: Project): Readonly<Record<string, string | undefined>>;
  /**
   * Installs all dependencies, including those for development. If there is a lockfile, exactly its
   * packages are installed. Runs the app's own install scripts.
   */
  install(work: Work): Promise<void>;
  /**
   * Makes final changes after the dependencies are installed or restored. This method is for files
   * that belong to one build and must not be cached.
   */
  ready?(work: Work): Promise<void>;
  /** The command that runs a script of package.json in the project's directory. */
  scriptCommand(name: string): readonly [string, ...string[]];
  /**
   * The paths of the installation relative to the app, sorted. Directories include their content.
   * The paths are cached for the next build, which restores them instead of installing. They also
   * become slices of the image.
   */
  installed(work: Work): Promise<readonly string[]>;
  /**
   * Removes all files that the app does not need to run. This method works without the network, and
   * its result is reproducible.
   */
  prune(work: Work): Promise<void>;
  /**
   * Removes user names and passwords of URLs from data that only the adapter can change, such as
   * directory names. This method is called after `prune`.
   */
  hidePasswords?(work: Work): Promise<void>;
  /**
   * Returns the packages of the lockfile, or without a lockfile, of the installation. This method
   * is called after `install` or after restoring an installation, but before `prune`.
   */
  packages(work: Work): Promise<readonly Package[]>;
  /**
   * Returns environment variables that processes need to find the packages, as for Yarn PnP.
   * `NODE_OPTIONS` is prepended to other values. This method is called last.
   */
  launchEnv?(work: Work): Promise<Readonly<Record<string, string>>>;
  /**
   * Describes the first package of the lockfile that is missing in committed dependencies;
   * `undefined` if there is none. Without this function, committed dependencies next to a lockfile
   * are only used if BP_NODE_VENDORED requests that.
   */
  lacks?(tree: Tree, lockfile: InstallContext, demands: Demands): Promise<string | undefined>;
}

/**
 * The location of a project's lockfile: the app, the root directory of the project, and the name of
 * the file.
 */
export interface InstallContext {
  readonly app: App;
  readonly root: string;
  readonly name: string;
}

/** The location of a project, and its tools. */
export interface ProjectSource {
  readonly app: App;
  readonly dirs: ProjectDirs;
  readonly env: Env;
  /** The exact version of the tool. */
  readonly toolVersion: string;
  /** The name of the lockfile in `dirs.root`; `undefined` if there is no lockfile. */
  readonly lockfile: string | undefined;
}

/** A project, with the content of those files that affect the installation. */
export interface Project extends ProjectSource {
  /**
   * The package.json files of `dirs.root` ("") and of each workspace, by directory relative to the
   * root.
   */
  readonly manifests: Readonly<Record<string, PackageJson>>;
  /**
   * All other inputs of an installation: texts by readable names, such as `lockfile`, `settings`,
   * `patches`. Only digests of them are stored. The texts contain no credentials, registry URLs or
   * cosmetic settings.
   */
  readonly inputs: Readonly<Record<string, string>>;
  /**
   * The reason why a cached installation cannot be used although the inputs are equal; `undefined`
   * if it can be used.
   */
  readonly mustInstall: string | undefined;
  /**
   * Files of the app that contain credentials, by path relative to the app, with the text without
   * credentials. That text is part of the image.
   */
  readonly withoutCredentials: Readonly<Record<string, string>>;
}

/** A project and its tool while a build is running. */
export interface Work {
  readonly project: Project;
  /** Runs a command in the app's directory with the variables of `environment`. */
  readonly run: RunTool;
  readonly log: Logger;
  /**
   * The environment of the tool. PATH contains the tool, and `NODE_ENV` has the value that the user
   * set.
   */
  readonly env: Env;
  /**
   * The absolute path of the tool's downloads. The directory is restored from a layer before
   * `install`, and packed into a layer afterwards.
   */
  readonly cacheDir: string;
}

/** A package that is used to build or run an app. */
export interface Package {
  /** The name with its scope: `@babel/core`. */
  readonly name: string;
  /** The version; empty if the package has none, as may be the case for an app. */
  readonly version: string;
  /** The app itself, or one of its workspaces; otherwise third-party. */
  readonly role?: "app" | "workspace";
  /** An SPDX id or expression. */
  readonly license?: string;
  /** Subresource integrity: `sha512-…`. Several digests are separated by blanks. */
  readonly integrity?: string;
  /** The scope of the package. Packages with `development` are not in the image. */
  readonly scope: "runtime" | "optional" | "development";
  /** The dependencies, as `name@version` of packages in the same list. */
  readonly dependencies: readonly string[];
  /** The source, if it is not a registry: a git or http URL without credentials. */
  readonly source?: string;
}
