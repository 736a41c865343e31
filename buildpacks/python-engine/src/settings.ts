import { boolean, type Config, optional, string } from "libcnb";

/** The variables of the build, described in buildpack.toml. */
export const settings = {
  BP_CPYTHON_VERSION: optional(string),
  BP_PYTHON_PROJECT_PATH: optional(string),
  BP_CPYTHON_MIRROR: optional(string),
  BP_CPYTHON_TKINTER: boolean,
  BP_CPYTHON_LIBPYTHON: optional(boolean),
  BP_DISABLE_SBOM: boolean,
};

export type Settings = Config<typeof settings>;
