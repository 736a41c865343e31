import { type BuildContext, boolean, type Config, optional, string } from "libcnb";

/** The variables that users set, as buildpack.toml declares them. */
export const config = {
  BP_PYTHON_PACKAGE_MANAGER: optional(string),
  BP_PYTHON_PROJECT_PATH: optional(string),
  BP_PYTHON_GROUPS: optional(string),
  BP_PYTHON_EXTRAS: optional(string),
  BP_PIP_VERSION: optional(string),
  BP_PIP_REQUIREMENT: optional(string),
  BP_PIP_DEST_PATH: optional(string),
  BP_PIP_FIND_LINKS: optional(string),
  BP_UV_VERSION: optional(string),
  BP_POETRY_VERSION: optional(string),
  BP_POETRY_INSTALL_ONLY: optional(string),
  BP_PIPENV_VERSION: optional(string),
  BP_PDM_VERSION: optional(string),
  BP_PYTHON_ALWAYS_INSTALL: boolean,
  BP_DISABLE_SBOM: boolean,
};

/** Values of the variables. */
export type Settings = Config<typeof config>;

export type Context = BuildContext<Settings>;
