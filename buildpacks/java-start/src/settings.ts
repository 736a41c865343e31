import { type Config, s } from "libcnb";

/** The user's settings for starting the app, which are declared in buildpack.toml. */
export const settings = {
  BP_JAVA_START: s.optional(s.string),
  BP_JAVA_PROJECT_PATH: s.optional(s.string),
  BP_EXECUTABLE_JAR_LOCATION: s.optional(s.string),
  BP_APPLICATION_SCRIPT: s.optional(s.string),
  BP_SPRING_AOT_ENABLED: s.boolean,
  BP_TOMCAT_VERSION: s.optional(s.string),
  BP_TOMCAT_CONTEXT_PATH: s.optional(s.string),
  BP_TOMCAT_MIRROR: s.optional(s.string),
  BP_TOMCAT_EXT_CONF_URI: s.optional(s.string),
  BP_TOMCAT_EXT_CONF_SHA256: s.optional(s.string),
  BP_TOMCAT_EXT_CONF_STRIP: s.optional(s.string),
  BP_DISABLE_SBOM: s.boolean,
  BP_WRITABLE_PATHS: s.optional(s.list(s.string)),
};

export type Settings = Config<typeof settings>;
