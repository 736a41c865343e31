import { type Config, s } from "libcnb";

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
