import { type Config, dependency, s } from "libcnb";

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

/**
 * The dependency `python`: CPython. A requirement can have a version, a text that describes the
 * source of the version, and the phases that need Python. Without `build` and `launch`, both phases
 * need Python.
 */
export const python = dependency(
  "python",
  s.table({
    version: s.optional(s.string),
    source: s.optional(s.string),
    build: s.optional(s.boolean),
    launch: s.optional(s.boolean),
  }),
);
