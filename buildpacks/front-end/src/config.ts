import { settings } from "@libcnb/buildpack-node-engine/contract";
import { config as packages } from "@libcnb/buildpack-node-packages/contract";
import { type BuildContext, type Config, s } from "libcnb";

/** Those of the engine but one for launch. */
const { BP_NODE_OPTIMIZE_MEMORY: _, ...engine } = settings;

/** The variables that users set, as buildpack.toml declares them. */
export const config = {
  ...engine,
  ...packages,
  BP_FRONT_END: s.boolean,
  BP_JAVA_INSTALL_NODE: s.optional(s.boolean),
  BP_PYTHON_PROJECT_PATH: s.optional(s.string),
  BP_JAVA_PROJECT_PATH: s.optional(s.string),
};

export type Settings = Config<typeof config>;

export type Context = BuildContext<Settings>;
