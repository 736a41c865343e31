import type { ManagerName, PackageJson, ProjectDirs } from "@libcnb/node-app";
import type { App, Env, Logger, RunTool } from "libcnb";
import type { Demands } from "./vendored/lacking.ts";
import type { Tree } from "./vendored/tree.ts";

/**
 * A tool that installs the dependencies of an app: npm, Yarn 1, Yarn 2 and newer, pnpm, Bun.
 *
 * An adapter knows the tool's files and flags. Shared code decides when it runs, what is cached
 * between builds and what goes into the image. One conformance suite tests all adapters.
 */
export interface PackageManager {
  readonly name: ManagerName;
  /** The display name: `npm`, `Yarn 1`, `Yarn`, `pnpm`, `Bun`. */
  readonly title: string;
  /**
   * Reads the tool's files, and refuses invalid ones with an error that names the file. It starts
   * nothing.
   */
  read(source: ProjectSource): Promise<Project>;
  /** Variables for the tool whenever it runs, also for scripts, which may start it; `undefined` removes one. `Work.run` sets them. */
  environment?(cacheDir: string, project: Project): Readonly<Record<string, string | undefined>>;
  /**
   * Installs all dependencies, including development ones; exactly those of the lockfile, if there
   * is one. Runs the app's own install scripts.
   */
  install(work: Work): Promise<void>;
  /**
   * Final changes after the dependencies are installed or restored, for files that belong to one
   * build and must not be cached.
   */
  ready?(work: Work): Promise<void>;
  /** The command that runs a script of package.json in the project's folder. */
  scriptCommand(name: string): readonly [string, ...string[]];
  /**
   * The paths of the installation relative to the app, sorted; directories include their content.
   * They are cached for the next build, restored instead of an installation, and slices of the
   * image.
   */
  installed(work: Work): Promise<readonly string[]>;
  /** Keeps only files that the app needs to run: without the network, and reproducibly. */
  prune(work: Work): Promise<void>;
  /**
   * Removes user names and passwords of URLs from data that only the adapter can change, such as
   * directory names. Called after `prune`.
   */
  hidePasswords?(work: Work): Promise<void>;
  /**
   * The packages of the lockfile, or of an installation without one. Called after `install` or a
   * restored installation, before `prune`.
   */
  packages(work: Work): Promise<readonly Package[]>;
  /**
   * Variables that processes need to find the packages, as for Yarn PnP; `NODE_OPTIONS` is
   * prepended to other values. Called last.
   */
  launchEnv?(work: Work): Promise<Readonly<Record<string, string>>>;
  /**
   * The first package of the lockfile that is missing in committed dependencies, in words;
   * `undefined` if there is none. Without this function, committed dependencies next to a lockfile
   * are used only if BP_NODE_VENDORED says so.
   */
  lacks?(tree: Tree, lockfile: LockfileLocation, demands: Demands): Promise<string | undefined>;
}

/** The location of a project's lockfile. */
export interface LockfileLocation {
  readonly app: App;
  readonly root: string;
  readonly name: string;
}

/** The location of a project, and its tools. */
export interface ProjectSource {
  readonly app: App;
  readonly dirs: ProjectDirs;
  readonly env: Env;
  /** Exact version of the tool. */
  readonly toolVersion: string;
  /** Name of the lockfile in `dirs.root`; `undefined` without one. */
  readonly lockfile: string | undefined;
}

/** The content of a tool's files. */
export interface Project extends ProjectSource {
  /** The package.json of `dirs.root`, "", and of each workspace by folder relative to the root. */
  readonly manifests: Readonly<Record<string, PackageJson>>;
  /**
   * All other inputs of an installation: texts by readable names, such as `lockfile`, `settings`,
   * `patches`. Only digests of them are stored. They contain no credentials, registry URLs and
   * cosmetic settings.
   */
  readonly inputs: Readonly<Record<string, string>>;
  /** The reason why a cached installation cannot be used despite equal inputs; `undefined` if it can. */
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
  /** The name with its scope: `@babel/core`. */
  readonly name: string;
  /** Empty if it has none, as an app may. */
  readonly version: string;
  /** The app itself, or one of its workspaces; otherwise third-party. */
  readonly role?: "app" | "workspace";
  /** An SPDX id or expression. */
  readonly license?: string;
  /** Subresource integrity, several digests separated by blanks: `sha512-…`. */
  readonly integrity?: string;
  /** `development` is not in the image. */
  readonly scope: "runtime" | "optional" | "development";
  /** `name@version` of packages of the same list. */
  readonly dependencies: readonly string[];
  /** The source, if it is not a registry: a git or http URL without credentials. */
  readonly source?: string;
}
