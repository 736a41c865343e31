import { boolean, dependency, optional, string, table } from "libcnb";

/**
 * CPython; a requirement can have a version, its source in words, and where it is needed. Without
 * `build` and `launch`, both.
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
