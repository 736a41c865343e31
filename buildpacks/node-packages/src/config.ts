import { type BuildContext, boolean, type Config, optional, string } from "libcnb";

/** The variables that users set, as buildpack.toml declares them. */
export const config = {
  BP_NODE_PACKAGE_MANAGER: optional(string),
  BP_NODE_PROJECT_PATH: optional(string),
  BP_NODE_RUN_SCRIPTS: optional(string),
  BP_NODE_ALWAYS_BUILD: boolean,
  BP_NODE_VENDORED: optional(boolean),
  BP_NODE_KEEP_DEV_DEPENDENCIES: boolean,
  BP_KEEP_NODE_BUILD_CACHE: boolean,
  BP_DISABLE_SBOM: boolean,
};

export type Context = BuildContext<Config<typeof config>>;
