import { type BuildContext, type Config, dependency, s } from "libcnb";

/** The variables that users set, as buildpack.toml declares them. */
export const config = {
  BP_PYTHON_PACKAGE_MANAGER: s.optional(s.string),
  BP_PYTHON_PROJECT_PATH: s.optional(s.string),
  BP_PYTHON_GROUPS: s.optional(s.string),
  BP_PYTHON_EXTRAS: s.optional(s.string),
  BP_PIP_VERSION: s.optional(s.string),
  BP_PIP_REQUIREMENT: s.optional(s.string),
  BP_PIP_DEST_PATH: s.optional(s.string),
  BP_PIP_FIND_LINKS: s.optional(s.string),
  BP_UV_VERSION: s.optional(s.string),
  BP_POETRY_VERSION: s.optional(s.string),
  BP_POETRY_INSTALL_ONLY: s.optional(s.string),
  BP_PIPENV_VERSION: s.optional(s.string),
  BP_PDM_VERSION: s.optional(s.string),
  BP_PYTHON_ALWAYS_INSTALL: s.boolean,
  BP_DISABLE_SBOM: s.boolean,
};

/** The values of the variables in {@link config}. */
export type Settings = Config<typeof config>;

export type Context = BuildContext<Settings>;

/** The dependency `python`: CPython, with pip during the build. */
export const python = dependency("python");

/** The dependency for the virtual environment with the packages of the app. */
export const pythonPackages = dependency("python_packages");
