import { boolean, dependency, optional, string, table } from "libcnb";

/**
 * Node.js; a requirement can have a version, its source in words, and where it is needed. Without
 * `build` and `launch`, both.
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

/** The npm that comes with it: during the build, and with `launch = true` also in the image. */
export const npm = dependency("npm", table({ build: optional(boolean), launch: optional(boolean) }));
