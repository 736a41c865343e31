import { type Config, dependency, s } from "libcnb";

/** The environment variables that configure the build. They are described in buildpack.toml. */
export const settings = {
  BP_NODE_VERSION: s.optional(s.string),
  BP_NODE_PROJECT_PATH: s.optional(s.string),
  BP_NODE_DISTRIBUTION: s.oneOf("archive", "npm"),
  BP_NODE_MIRROR: s.optional(s.string),
  BP_NODE_RELEASES: s.oneOf("upstream", "inventory"),
  BP_NODE_OPTIMIZE_MEMORY: s.boolean,
  BP_DISABLE_SBOM: s.boolean,
};

export type Settings = Config<typeof settings>;

/**
 * The dependency `node`. A requirement can have a version, a text that describes the source of the
 * version, and the phases that need Node.js. Without `build` and `launch`, both phases need
 * Node.js.
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
 * The dependency `npm`: the npm that belongs to the chosen Node.js. npm is available in the build,
 * and with `launch = true` also in the image.
 */
export const npm = dependency("npm", s.table({ build: s.optional(s.boolean), launch: s.optional(s.boolean) }));
