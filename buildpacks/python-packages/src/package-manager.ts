import type { App, Component, Env, Logger, RunTool } from "libcnb";
import type { Settings } from "./contract.ts";

/** The tools that install packages, as users write them in `BP_PYTHON_PACKAGE_MANAGER`. */
export type ManagerName = "pip" | "uv" | "poetry" | "pipenv" | "pdm";

/**
 * A tool that installs the packages of an app into a virtual environment: pip, uv, Poetry, Pipenv,
 * PDM.
 *
 * The implementation for each tool knows the tool's files and flags. Shared code decides when the
 * tool runs, where the environment is, what is cached between builds, and which inputs make two
 * installations equal. One conformance suite tests all implementations.
 */
export interface PythonPackageManager {
  readonly name: ManagerName;
  /** The display name: `pip`, `uv`, `Poetry`, `Pipenv`, `PDM`. */
  readonly title: string;
  /**
   * Reads the tool's files. Throws an error if a file is invalid. This method starts no program.
   */
  read(source: ProjectSource): Promise<Project>;
  /**
   * Environment variables for every run of the tool; `undefined` removes one. `Work.run` sets them.
   */
  environment?(location: InstallContext): Variables;
  /**
   * Installs into the empty environment `work.venv`: the packages for launch, exactly those of the
   * lockfile if there is one, without development packages. Shared code normalizes differences
   * between runs (bytecode, times, order) afterwards. Nothing may remain in the app's directory
   * except the output of the app's own build.
   */
  install(work: Work): Promise<void>;
  /**
   * Returns all packages of the environment, and the lockfile's development packages, which are not
   * installed. This method is called once, after `install`, and its result is cached with the
   * environment. An adapter passes the packages of its lockfile to `installedPackages` of `sbom/`,
   * which adds the installed packages.
   */
  packages(work: Work): Promise<readonly Package[]>;
}

/** The tool that was chosen for an app, and the reason. */
export interface ManagerChoice {
  readonly name: ManagerName;
  /** The source that decided, for the log and messages: `uv.lock`, `BP_PYTHON_PACKAGE_MANAGER`. */
  readonly source: string;
  /**
   * The file in the project's directory that lists the packages: `uv.lock`, `requirements.txt`;
   * `undefined` if there is none.
   */
  readonly lockfile: string | undefined;
  /**
   * The requested version of the tool, as a PEP 440 specifier or a version, and the source of the
   * request: a file of the app, or `BP_<TOOL>_VERSION`.
   */
  readonly version: { readonly range: string; readonly source: string } | undefined;
  /** Log messages about overruled sources. */
  readonly losers: readonly string[];
  readonly warnings: readonly string[];
}

/** The location of a project, and its tools. */
export interface ProjectSource {
  readonly app: App;
  /**
   * The project's directory relative to the app; "" for the app's root directory. For a workspace,
   * it is the directory of the member.
   */
  readonly dir: string;
  /** The environment of the build. */
  readonly env: Env;
  /** The values of the `BP_*` variables that buildpack.toml declares. */
  readonly settings: Settings;
  readonly choice: ManagerChoice;
  /** The exact version of the tool. */
  readonly toolVersion: string;
  readonly python: Python;
}

/** The Python runtime of the virtual environment. */
export interface Python {
  /** The exact version: `3.14.6`. */
  readonly version: string;
  /** The version of the bundled pip. */
  readonly pip: string;
  /**
   * The absolute path of the executable. It is the same in the build and at launch, so that links
   * to it remain valid.
   */
  readonly path: string;
  /** The values of PEP 508 markers: `{ python_version: "3.14", sys_platform: "linux", … }`. */
  readonly markers: Readonly<Record<string, string>>;
  /**
   * Returns the tags of the wheels that this Python can install, best first:
   * `cp314-cp314-manylinux_2_36_x86_64`. The tags are determined on the first call.
   */
  readonly tags: () => Promise<readonly string[]>;
}

/** A project, with the content of those files that affect the installation. */
export interface Project extends ProjectSource {
  /**
   * All inputs of an installation: texts by readable names, such as `uv.lock`, `pyproject.toml`,
   * `groups`. Only their digests are stored, and a difference is logged as "uv.lock changed". The
   * texts contain no credentials, index URLs or cosmetic fields, so that a new version or
   * description of the app does not cause an installation.
   */
  readonly inputs: Readonly<Record<string, string>>;
  /**
   * The reason why a cached environment cannot be used although the inputs are equal; `undefined`
   * if it can be used.
   */
  readonly mustInstall: string | undefined;
  /**
   * Files of the app that contain credentials, by path relative to the app, with the text without
   * credentials. That text is part of the image.
   */
  readonly withoutCredentials: Readonly<Record<string, string>>;
}

/** A project, its virtual environment, and the directories and indexes that a tool uses for it. */
export interface InstallContext {
  readonly project: Project;
  readonly venv: Venv;
  /**
   * The absolute path of the tool's downloads and built files. The directory is cached for the next
   * build.
   */
  readonly cacheDir: string;
  /**
   * The absolute path of a directory for settings and temporary files. It must not contain
   * credentials, because it is a layer during the build.
   */
  readonly workDir: string;
  /**
   * The absolute path of a directory outside of layers, for files with credentials. It is removed
   * when the build ends.
   */
  readonly secretDir: string;
  /** The settings of package indexes in bindings and variables. */
  readonly indexes: readonly PackageIndex[];
  /** The path of a netrc with the user's logins by host. The file may not exist. */
  readonly netrc: string;
}

/** Environment variables to add to an environment. The value `undefined` removes a variable. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A virtual environment. */
export interface Venv {
  /** The absolute path, which is the same in all builds and at launch. */
  readonly dir: string;
  /** The path of `bin/python` in the environment. */
  readonly python: string;
  /** The directory of packages: `<dir>/lib/python3.14/site-packages`. */
  readonly sitePackages: string;
}

/** A package index in a binding of type `pypi`, with its credentials. */
export interface PackageIndex {
  /**
   * The name of the binding. It can match the name of an index in lockfiles, `[[tool.uv.index]]`
   * and `[[tool.poetry.source]]`.
   */
  readonly name: string;
  /**
   * The URL without credentials. `undefined` if the binding only has credentials, for the index
   * with that name in the app's files.
   */
  readonly url: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** True to use the index instead of the public index; otherwise, it is used in addition. */
  readonly isDefault: boolean;
}

/** A project whose packages are installed, with its tool. */
export interface Work extends InstallContext {
  /**
   * The command that starts the tool: `["uv"]`. Unless another version is requested, pip is a
   * module of the runtime.
   */
  readonly tool: readonly [string, ...string[]];
  /**
   * Runs a command in the app's directory, with the tool in PATH, the variables of `environment`
   * and access to indexes. Secrets are hidden in the log.
   */
  readonly run: RunTool;
  readonly log: Logger;
}

/** A package that is used to build or run an app. */
export interface Package {
  /** The normalized name (PEP 503): `ruamel-yaml`. */
  readonly name: string;
  readonly version: string;
  /** The app itself, or a member of its workspace; otherwise third-party. */
  readonly role?: "app" | "workspace";
  /**
   * The licenses: SPDX ids, SPDX expressions or names. If there are several, it is unknown whether
   * all apply or one can be chosen.
   */
  readonly licenses?: readonly string[];
  /**
   * Digests of the installed file, or if it is unknown, of all files that may have been installed:
   * `sha256:…`.
   */
  readonly hashes: readonly string[];
  /** The scope of the package. Packages with `development` are not in the image. */
  readonly scope: "runtime" | "optional" | "development";
  /** The names of the dependencies in the same list. */
  readonly dependencies: readonly string[];
  /** The source, if it is not an index: a git or http URL, or a path in the app, without credentials. */
  readonly source?: string;
  /**
   * Libraries that are copied or compiled into the package, as its metadata declares. They refer to
   * each other by Package URL or `name@version`.
   */
  readonly bundled?: readonly Component[];
}

/** A package in a lockfile, installed or not. */
export interface LockedPackage {
  /** The name of the package, in any spelling. */
  readonly name: string;
  readonly version: string | undefined;
  /**
   * The files from which the package may be installed. The name of a file is `undefined` if the
   * lockfile does not contain it, as in requirements files and Pipfile.lock.
   */
  readonly files: readonly { readonly name: string | undefined; readonly hash: string }[];
  readonly scope: Package["scope"];
  readonly role?: Package["role"];
  /**
   * The names of the package's dependencies, with requested extras: `uvicorn[standard]`. Installed
   * packages also declare their own dependencies.
   */
  readonly dependencies?: readonly string[];
  readonly source?: string;
}
