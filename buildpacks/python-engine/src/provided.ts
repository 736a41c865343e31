import { boolean, dependency, optional, string, table } from "libcnb";

/**
 * CPython. A requirement can have a version, the source of the version in words, and the phases
 * that need it. Without `build` and `launch`, both need it.
 */
export const python = dependency(
  "python",
  table({
    version: optional(string),
    source: optional(string),
    build: optional(boolean),
    launch: optional(boolean),
  }),
);
