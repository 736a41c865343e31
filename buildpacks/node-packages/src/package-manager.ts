import type { ManagerName, PackageJson, ProjectDirs } from "@libcnb/node-app";
import type { App, Env, Logger, RunTool } from "libcnb";
import type { Demands } from "./vendored/lacking.ts";
import type { Tree } from "./vendored/tree.ts";

/**
 * A tool that installs the dependencies of an app: npm, Yarn 1, Yarn 2 and newer, pnpm, Bun.
 *
 * An adapter knows the tool's files and flags. When it runs, what is kept between builds and what goes into the image is
 * decided once, for all of them. One conformance suite holds for all adapters.
 */
export interface PackageManager {
  readonly name: ManagerName;
  /** As users call it: `npm`, `Yarn 1`, `Yarn`, `pnpm`, `Bun`. */
  readonly title: string;
  /** Reads the tool's files, and refuses what the tool could not use either in words that name the file. Starts nothing. */
  read(source: ProjectSource): Promise<Project>;
  /** Variables for the tool whenever it runs, also for scripts, which may start it; `undefined` removes one. `Work.run` sets them. */
  environment?(cacheDir: string, project: Project): Readonly<Record<string, string | undefined>>;
  /** Installs all dependencies, those for development too; exactly what the lockfile says if there is one. Runs the app's own install scripts. */
  install(work: Work): Promise<void>;
  /** Last touches once the dependencies are there, installed or put back: what is of this build alone and must not be kept. */
  ready?(work: Work): Promise<void>;
  /** The command that runs a script of package.json in the project's folder. */
  scriptCommand(name: string): readonly [string, ...string[]];
  /**
   * What the installation consists of: paths relative to the app, folders with all that is in them, sorted. They are kept for
   * the next build, put back instead of an installation, and are slices of the image.
   */
  installed(work: Work): Promise<readonly string[]>;
  /** Leaves what the app needs to run: without the network, and to the same bytes each time. */
  prune(work: Work): Promise<void>;
  /** Takes users and passwords of addresses out of what only it knows to change, such as names of folders. Called after `prune`. */
  hidePasswords?(work: Work): Promise<void>;
  /** The packages of the lockfile, or of what was installed without one. Called after `install` or a restored installation, before `prune`. */
  packages(work: Work): Promise<readonly Package[]>;
  /**
   * Variables that processes need to find the packages, as Yarn PnP does; `NODE_OPTIONS` goes before what else it holds. Called
   * when everything else is done.
   */
  launchEnv?(work: Work): Promise<Readonly<Record<string, string>>>;
  /**
   * The first package of the lockfile that committed dependencies lack, in words; `undefined` if they have all. A package
   * manager without it uses them, where there is a lockfile, only if BP_NODE_VENDORED says so.
   */
  lacks?(tree: Tree, lockfile: LockfilePlace, demands: Demands): Promise<string | undefined>;
}

/** Where the lockfile of a project is. */
export interface LockfilePlace {
  readonly app: App;
  readonly root: string;
  readonly name: string;
}

/** Where a project lies, and with what it is installed. */
export interface ProjectSource {
  readonly app: App;
  readonly dirs: ProjectDirs;
  readonly env: Env;
  /** Exact version of the tool. */
  readonly toolVersion: string;
  /** Name of the lockfile in `dirs.root`; `undefined` without one. */
  readonly lockfile: string | undefined;
}

/** What a tool's files say. */
export interface Project extends ProjectSource {
  /** The package.json of `dirs.root`, "", and of each workspace by folder relative to the root. */
  readonly manifests: Readonly<Record<string, PackageJson>>;
  /**
   * Everything else that decides what is installed: texts by names that users understand, such as `lockfile`, `settings`,
   * `patches`. Only digests of them are kept. Without credentials, addresses of registries and what is only for show.
   */
  readonly inputs: Readonly<Record<string, string>>;
  /** Why a kept installation must not be used although no input has changed; `undefined` when it may. */
  readonly mustInstall: string | undefined;
  /** Files of the app that hold credentials, relative to the app, and their text without them; they go into the image so. */
  readonly withoutCredentials: Readonly<Record<string, string>>;
}

/** A project while it is worked on. */
export interface Work {
  readonly project: Project;
  /** Runs in the app's folder, with the variables of `environment`. */
  readonly run: RunTool;
  readonly log: Logger;
  /** The environment of the tool: PATH leads to it, and `NODE_ENV` is as the user set it. */
  readonly env: Env;
  /** An absolute path, for the tool's downloads. It is packed into a layer after `install`, and filled from it before. */
  readonly cacheDir: string;
}

/** A package that an app is built or runs with. */
export interface Package {
  /** With its scope: `@babel/core`. */
  readonly name: string;
  /** Empty if it has none, as an app may. */
  readonly version: string;
  /** The app itself, or one of its workspaces; otherwise it is somebody else's. */
  readonly role?: "app" | "workspace";
  /** An SPDX id or expression. */
  readonly license?: string;
  /** Subresource integrity, several digests separated by blanks: `sha512-…`. */
  readonly integrity?: string;
  /** `development` is not in the image. */
  readonly scope: "runtime" | "optional" | "development";
  /** `name@version` of packages of the same list. */
  readonly dependencies: readonly string[];
  /** Where it comes from, if not from a registry: a git or http address. Without credentials. */
  readonly source?: string;
}
