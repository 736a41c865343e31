import type { App, Component, Env, Logger, RunTool } from "libcnb";
import type { Settings } from "./config.ts";

/** The tools that install packages, as users write them in `BP_PYTHON_PACKAGE_MANAGER`. */
export type ManagerName = "pip" | "uv" | "poetry" | "pipenv" | "pdm";

/**
 * A tool that installs the packages of an app into a virtual environment: pip, uv, Poetry, Pipenv, PDM.
 *
 * An adapter knows the tool's files and flags. When it runs, where the environment is, what is kept between builds and what
 * makes two installations equal is decided once, for all of them. One conformance suite holds for all adapters.
 */
export interface PythonPackageManager {
  readonly name: ManagerName;
  /** As users call it: `pip`, `uv`, `Poetry`, `Pipenv`, `PDM`. */
  readonly title: string;
  /** Reads the tool's files, and refuses what the tool could not use either in words that name the file. Starts nothing. */
  read(source: ProjectSource): Promise<Project>;
  /** Variables for the tool whenever it runs; `undefined` removes one. `Work.run` sets them. */
  environment?(place: Place): Variables;
  /**
   * Installs into `work.venv`, which is there and empty: the packages for launch, exactly what the lockfile says if there is
   * one, none for development. Needs no care for what is not the same each time (bytecode, times, order): that is made equal
   * afterwards. Must leave nothing in the app's folder but what the app's own build writes there.
   */
  install(work: Work): Promise<void>;
  /**
   * All packages of the environment, and from the lockfile those for development, which are not in it. Called once, after
   * `install`; what it tells is kept with the environment. An adapter gives what its lockfile says to `installedPackages`
   * of `sbom/`, which adds what was installed.
   */
  packages(work: Work): Promise<readonly Package[]>;
}

/** What was found out about the tool of an app, by `choice/`. */
export interface ManagerChoice {
  readonly name: ManagerName;
  /** What decided, for the log and for messages: `uv.lock`, `BP_PYTHON_PACKAGE_MANAGER`. */
  readonly source: string;
  /** Name of the file in the project's folder that says what is installed: `uv.lock`, `requirements.txt`; `undefined` without one. */
  readonly lockfile: string | undefined;
  /** The version of the tool that the app or `BP_<TOOL>_VERSION` asks for, as a PEP 440 specifier or a version, and who asks. */
  readonly version: { readonly range: string; readonly source: string } | undefined;
  /** Lines on what lost against the choice. */
  readonly losers: readonly string[];
  readonly warnings: readonly string[];
}

/** Where a project lies, and with what it is installed. */
export interface ProjectSource {
  readonly app: App;
  /** The project's folder relative to the app; "" is the app's own. Of a workspace: that of the member. */
  readonly dir: string;
  /** The environment of the build. */
  readonly env: Env;
  /** Values of the `BP_*` variables that buildpack.toml declares. */
  readonly settings: Settings;
  readonly choice: ManagerChoice;
  /** Exact version of the tool. */
  readonly toolVersion: string;
  readonly python: Python;
}

/** The runtime that the environment is for. */
export interface Python {
  /** Exact: `3.14.6`. */
  readonly version: string;
  /** Version of the pip that it brings. */
  readonly pip: string;
  /** Its program, as an absolute path: links to it are the same at launch. */
  readonly path: string;
  /** The values of PEP 508 markers: `{ python_version: "3.14", sys_platform: "linux", … }`. */
  readonly markers: Readonly<Record<string, string>>;
  /** Tags of the wheels that it can install, the best first: `cp314-cp314-manylinux_2_36_x86_64`. Asked when first needed. */
  readonly tags: () => Promise<readonly string[]>;
}

/** What a tool's files say. */
export interface Project extends ProjectSource {
  /**
   * Everything that decides what is installed: texts by names that users understand, such as `uv.lock`, `pyproject.toml`,
   * `groups`. Only digests of them are kept; a difference is told as "uv.lock changed". Without credentials, addresses of
   * indexes, and what is only for show: a new version or description of the app is no reason to install again.
   */
  readonly inputs: Readonly<Record<string, string>>;
  /** Why a kept environment must not be used although no input has changed; `undefined` when it may. */
  readonly mustInstall: string | undefined;
  /** Files of the app that hold credentials, relative to the app, and their text without them; they go into the image so. */
  readonly withoutCredentials: Readonly<Record<string, string>>;
}

/** Folders that a tool works with. */
export interface Place {
  readonly project: Project;
  readonly venv: Venv;
  /** An absolute path, for the tool's downloads and what it builds of them; kept for the next build. */
  readonly cacheDir: string;
  /** An absolute path, for settings and files that nothing keeps. Not for credentials: it is a layer while the build runs. */
  readonly workDir: string;
  /** An absolute path in no layer, for files with credentials; it is removed when the build ends. */
  readonly secretDir: string;
  /** What bindings and variables say of package indexes. */
  readonly indexes: readonly PackageIndex[];
  /** The path of the user's logins by host, there or not. */
  readonly netrc: string;
}

/** Variables on top of an environment; `undefined` removes one. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A virtual environment. */
export interface Venv {
  /** An absolute path, the same in all builds and at launch. */
  readonly dir: string;
  /** `bin/python` in it. */
  readonly python: string;
  /** Where packages are: `<dir>/lib/python3.14/site-packages`. */
  readonly sitePackages: string;
}

/** A package index that a binding of type `pypi` names, with what it takes to use it. */
export interface PackageIndex {
  /** The name of the binding; lockfiles and `[[tool.uv.index]]`, `[[tool.poetry.source]]` name indexes likewise. */
  readonly name: string;
  /** Without credentials. `undefined`: only credentials, for an index of that name in the app's files. */
  readonly url: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Asked instead of the public index; otherwise besides it. */
  readonly isDefault: boolean;
}

/** A project while it is worked on. */
export interface Work extends Place {
  /** The command that starts the tool: `["uv"]`; pip is a module of the runtime unless another version is asked for. */
  readonly tool: readonly [string, ...string[]];
  /** Runs in the app's folder with PATH to the tool, the variables of `environment` and the access to indexes; hides secrets. */
  readonly run: RunTool;
  readonly log: Logger;
}

/** A package that an app is built or runs with. */
export interface Package {
  /** Normalised as PEP 503 says: `ruamel-yaml`. */
  readonly name: string;
  readonly version: string;
  /** The app itself, or a member of its workspace; otherwise it is somebody else's. */
  readonly role?: "app" | "workspace";
  /** SPDX ids, SPDX expressions or names; of several nobody knows whether all apply or one may be chosen. */
  readonly licenses?: readonly string[];
  /** Digests of the file that was installed, or of all files that might be: `sha256:…`. */
  readonly hashes: readonly string[];
  /** `development` is not in the image. */
  readonly scope: "runtime" | "optional" | "development";
  /** Names of packages of the same list. */
  readonly dependencies: readonly string[];
  /** Where it comes from, if not from an index: a git or http address, or a path in the app. Without credentials. */
  readonly source?: string;
  /** Libraries that were copied or compiled into it, as it says itself; they refer to each other by Package URL or `name@version`. */
  readonly bundled?: readonly Component[];
}

/** What a lockfile says of a package, installed or not. */
export interface LockedPackage {
  /** In any spelling. */
  readonly name: string;
  readonly version: string | undefined;
  /** Files that it may be installed from. The name is `undefined` where the lockfile has none (requirements, Pipfile.lock). */
  readonly files: readonly { readonly name: string | undefined; readonly hash: string }[];
  readonly scope: Package["scope"];
  readonly role?: Package["role"];
  /** Names of what it needs, with the extras that it asks for: `uvicorn[standard]`. What is installed tells its own, too. */
  readonly dependencies?: readonly string[];
  readonly source?: string;
}
