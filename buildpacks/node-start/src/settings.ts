import { boolean, type Config, list, oneOf, optional, string } from "libcnb";
import { frameworkNames } from "./outputs/framework-names.ts";

/** The user's settings for the start of the app; declared in buildpack.toml. */
export const settings = {
  BP_LAUNCHPOINT: optional(string),
  BP_NPM_START_SCRIPT: optional(string),
  BP_NODE_PROJECT_PATH: optional(string),
  BP_NODE_FRAMEWORK: oneOf("auto", "none", ...frameworkNames),
  BP_NODE_KEEP_SOURCE: boolean,
  BP_NODE_PACKAGE_MANAGER: optional(string),
  BP_NODE_PROCESS_SCRIPTS: optional(list(string)),
  BP_NODE_STATIC: boolean,
  BP_NODE_STATIC_FALLBACK: optional(string),
  BP_NODE_STATIC_ROOT: optional(string),
  BP_WRITABLE_PATHS: optional(list(string)),
};

export type Settings = Config<typeof settings>;
