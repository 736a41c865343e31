import type { App, Component, Env, Logger, RunTool } from "libcnb";
import type { Settings } from "./config.ts";

/** The tools that install packages, as users write them in `BP_PYTHON_PACKAGE_MANAGER`. */
export type ManagerName = "pip" | "uv" | "poetry" | "pipenv" | "pdm";

/**
 * A tool that installs the packages of an app into a virtual environment: pip, uv, Poetry, Pipenv,
 * PDM.
 *
 * An adapter knows the tool's files and flags. Shared code decides when it runs, where the
 * environment is, what is cached between builds and which inputs make two installations equal. One
 * conformance suite tests all adapters.
 */
export interface PythonPackageManager {
  readonly name: ManagerName;
  /** The display name: `pip`, `uv`, `Poetry`, `Pipenv`, `PDM`. */
  readonly title: string;
  /**
   * Reads the tool's files, and refuses invalid ones with an error that names the file. It starts
   * nothing.
   */
  read(source: ProjectSource): Promise<Project>;
  /** Variables for the tool whenever it runs; `undefined` removes one. `Work.run` sets them. */
  environment?(location: LockfileLocation): Variables;
  /**
   * Installs into the empty environment `work.venv`: the packages for launch, exactly those of the
   * lockfile if there is one, without development packages. Differences between runs (bytecode,
   * times, order) are normalized afterwards. It must leave nothing in the app's directory except
   * output of the app's own build.
   */
  install(work: Work): Promise<void>;
  /**
   * All packages of the environment, and the lockfile's development packages, which are not in it.
   * It is called once, after `install`; the result is cached with the environment. An adapter
   * passes its lockfile's facts to `installedPackages` of `sbom/`, which adds the installed ones.
   */
  packages(work: Work): Promise<readonly Package[]>;
}

/** The choice of an app's tool, by `choice/`. */
export interface ManagerChoice {
  readonly name: ManagerName;
  /** The deciding source, for the log and messages: `uv.lock`, `BP_PYTHON_PACKAGE_MANAGER`. */
  readonly source: string;
  /**
   * The file in the project's directory that lists the packages: `uv.lock`, `requirements.txt`;
   * `undefined` without one.
   */
  readonly lockfile: string | undefined;
  /** The version of the tool that the app or `BP_<TOOL>_VERSION` asks for, as a PEP 440 specifier or a version, and who asks. */
  readonly version: { readonly range: string; readonly source: string } | undefined;
  /** Log lines about overruled sources. */
  readonly losers: readonly string[];
  readonly warnings: readonly string[];
}

/** The location of a project, and its tools. */
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
  /** The absolute path of its executable: links to it are the same at launch. */
  readonly path: string;
  /** The values of PEP 508 markers: `{ python_version: "3.14", sys_platform: "linux", … }`. */
  readonly markers: Readonly<Record<string, string>>;
  /** Tags of the wheels that it can install, the best first: `cp314-cp314-manylinux_2_36_x86_64`. Asked when first needed. */
  readonly tags: () => Promise<readonly string[]>;
}

/** The content of a tool's files. */
export interface Project extends ProjectSource {
  /**
   * All inputs of an installation: texts by readable names, such as `uv.lock`, `pyproject.toml`,
   * `groups`. Only digests of them are stored; a difference is logged as "uv.lock changed". They
   * contain no credentials, index URLs and cosmetic fields: a new version or description of the app
   * does not cause an installation.
   */
  readonly inputs: Readonly<Record<string, string>>;
  /** The reason why a cached environment cannot be used despite equal inputs; `undefined` if it can. */
  readonly mustInstall: string | undefined;
  /** Files of the app that hold credentials, relative to the app, and their text without them; they go into the image so. */
  readonly withoutCredentials: Readonly<Record<string, string>>;
}

/** The directories that a tool works with. */
export interface LockfileLocation {
  readonly project: Project;
  readonly venv: Venv;
  /** An absolute path for the tool's downloads and built files; cached for the next build. */
  readonly cacheDir: string;
  /** An absolute path, for settings and files that nothing keeps. Not for credentials: it is a layer while the build runs. */
  readonly workDir: string;
  /** An absolute path in no layer, for files with credentials; it is removed when the build ends. */
  readonly secretDir: string;
  /** The settings of package indexes in bindings and variables. */
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
  /** The directory of packages: `<dir>/lib/python3.14/site-packages`. */
  readonly sitePackages: string;
}

/** A package index in a binding of type `pypi`, with its credentials. */
export interface PackageIndex {
  /** The name of the binding; lockfiles and `[[tool.uv.index]]`, `[[tool.poetry.source]]` name indexes likewise. */
  readonly name: string;
  /**
   * The URL without credentials. `undefined` for credentials only, for an index of that name in the
   * app's files.
   */
  readonly url: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Asked instead of the public index; otherwise besides it. */
  readonly isDefault: boolean;
}

/** A project while it is worked on. */
export interface Work extends LockfileLocation {
  /**
   * The command that starts the tool: `["uv"]`; pip is a module of the runtime unless another
   * version is requested.
   */
  readonly tool: readonly [string, ...string[]];
  /** Runs in the app's folder with PATH to the tool, the variables of `environment` and the access to indexes; hides secrets. */
  readonly run: RunTool;
  readonly log: Logger;
}

/** A package that an app is built or runs with. */
export interface Package {
  /** The normalized name (PEP 503): `ruamel-yaml`. */
  readonly name: string;
  readonly version: string;
  /** The app itself, or a member of its workspace; otherwise third-party. */
  readonly role?: "app" | "workspace";
  /**
   * SPDX ids, SPDX expressions or names; for several it is unknown whether all apply or one can be
   * chosen.
   */
  readonly licenses?: readonly string[];
  /** Digests of the file that was installed, or of all files that might be: `sha256:…`. */
  readonly hashes: readonly string[];
  /** `development` is not in the image. */
  readonly scope: "runtime" | "optional" | "development";
  /** Names of packages of the same list. */
  readonly dependencies: readonly string[];
  /** The source, if it is not an index: a git or http URL, or a path in the app, without credentials. */
  readonly source?: string;
  /**
   * Libraries copied or compiled into it, as it declares; they refer to each other by Package URL
   * or `name@version`.
   */
  readonly bundled?: readonly Component[];
}

/** A lockfile's record of a package, installed or not. */
export interface LockedPackage {
  /** The name in any spelling. */
  readonly name: string;
  readonly version: string | undefined;
  /** Files that it may be installed from. The name is `undefined` where the lockfile has none (requirements, Pipfile.lock). */
  readonly files: readonly { readonly name: string | undefined; readonly hash: string }[];
  readonly scope: Package["scope"];
  readonly role?: Package["role"];
  /**
   * Names of its dependencies, with requested extras: `uvicorn[standard]`. Installed packages also
   * declare their own.
   */
  readonly dependencies?: readonly string[];
  readonly source?: string;
}
