import { dependency, s } from "libcnb";

/**
 * The dependency `python`: CPython. A requirement can have a version, a text that describes the
 * source of the version, and the phases that need Python. Without `build` and `launch`, both phases
 * need it.
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
