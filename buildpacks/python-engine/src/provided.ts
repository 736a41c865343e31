import { boolean, dependency, optional, string, table } from "libcnb";

/** CPython; a requirement may ask for a version, say in words who asks, and where it is needed. Without `build` and `launch`: in both. */
export const python = dependency(
  "python",
  table({
    version: optional(string),
    source: optional(string),
    build: optional(boolean),
    launch: optional(boolean),
  }),
);
