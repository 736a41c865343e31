import { boolean, type Config, oneOf, optional, string } from "libcnb";

/** The variables of the build, described in buildpack.toml. */
export const settings = {
  BP_NODE_VERSION: optional(string),
  BP_NODE_PROJECT_PATH: optional(string),
  BP_NODE_DISTRIBUTION: oneOf("archive", "npm"),
  BP_NODE_MIRROR: optional(string),
  BP_NODE_RELEASES: oneOf("upstream", "inventory"),
  BP_NODE_OPTIMIZE_MEMORY: boolean,
  BP_DISABLE_SBOM: boolean,
};

export type Settings = Config<typeof settings>;
