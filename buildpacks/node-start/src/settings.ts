import { type Config, s } from "libcnb";
import { frameworkNames } from "./outputs/framework-names.ts";

/** The user's settings for starting the app, which are declared in buildpack.toml. */
export const settings = {
  BP_LAUNCHPOINT: s.optional(s.string),
  BP_NPM_START_SCRIPT: s.optional(s.string),
  BP_NODE_PROJECT_PATH: s.optional(s.string),
  BP_NODE_FRAMEWORK: s.oneOf("auto", "none", ...frameworkNames),
  BP_NODE_KEEP_SOURCE: s.boolean,
  BP_NODE_PACKAGE_MANAGER: s.optional(s.string),
  BP_NODE_PROCESS_SCRIPTS: s.optional(s.list(s.string)),
  BP_NODE_STATIC: s.boolean,
  BP_NODE_STATIC_FALLBACK: s.optional(s.string),
  BP_NODE_STATIC_ROOT: s.optional(s.string),
  BP_WRITABLE_PATHS: s.optional(s.list(s.string)),
};

export type Settings = Config<typeof settings>;
