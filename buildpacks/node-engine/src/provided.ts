import { dependency, s } from "libcnb";

/**
 * The dependency `node`. A requirement can have a version, a text that describes the source of the
 * version, and the phases that need Node.js. Without `build` and `launch`, both phases need it.
 */
export const node = dependency(
  "node",
  s.table({
    version: s.optional(s.string),
    source: s.optional(s.string),
    build: s.optional(s.boolean),
    launch: s.optional(s.boolean),
  }),
);

/**
 * The dependency `npm`: the npm that belongs to the chosen Node.js. It is for the build, and with
 * `launch = true` also in the image.
 */
export const npm = dependency("npm", s.table({ build: s.optional(s.boolean), launch: s.optional(s.boolean) }));
