import { boolean, dependency, optional, string, table } from "libcnb";

/**
 * Node.js. A requirement can have a version, the source of the version in words, and the phases
 * that need it. Without `build` and `launch`, both need it.
 */
export const node = dependency(
  "node",
  table({
    version: optional(string),
    source: optional(string),
    build: optional(boolean),
    launch: optional(boolean),
  }),
);

/**
 * The npm that belongs to the chosen Node.js: for the build, and with `launch = true` also in the
 * image.
 */
export const npm = dependency("npm", table({ build: optional(boolean), launch: optional(boolean) }));
