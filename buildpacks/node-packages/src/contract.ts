import { type BuildContext, type Config, dependency, s } from "libcnb";

/** The variables that users set, as buildpack.toml declares them. */
export const config = {
  BP_NODE_PACKAGE_MANAGER: s.optional(s.string),
  BP_NODE_PROJECT_PATH: s.optional(s.string),
  BP_NODE_RUN_SCRIPTS: s.optional(s.string),
  BP_NODE_ALWAYS_BUILD: s.boolean,
  BP_NODE_VENDORED: s.optional(s.boolean),
  BP_NODE_KEEP_DEV_DEPENDENCIES: s.boolean,
  BP_KEEP_NODE_BUILD_CACHE: s.boolean,
  BP_DISABLE_SBOM: s.boolean,
};

export type Context = BuildContext<Config<typeof config>>;

export const node = dependency("node");
export const npm = dependency("npm");

/** The dependency `node_modules`: the packages installed in the app's directory. */
export const nodeModules = dependency("node_modules");

/**
 * The dependency `node_package_manager`, for buildpacks that start the app with the package
 * manager.
 */
export const nodePackageManager = dependency("node_package_manager");
