import { type Config, s } from "libcnb";

/** The environment variables that configure the build. They are described in buildpack.toml. */
export const settings = {
  BP_CPYTHON_VERSION: s.optional(s.string),
  BP_PYTHON_PROJECT_PATH: s.optional(s.string),
  BP_CPYTHON_MIRROR: s.optional(s.string),
  BP_CPYTHON_TKINTER: s.boolean,
  BP_CPYTHON_LIBPYTHON: s.optional(s.boolean),
  BP_DISABLE_SBOM: s.boolean,
};

export type Settings = Config<typeof settings>;
