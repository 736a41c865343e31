import { boolean, type Config, list, optional, string } from "libcnb";

/** The user's settings for the start of the app; declared in buildpack.toml. */
export const settings = {
  BP_JAVA_START: optional(string),
  BP_JAVA_PROJECT_PATH: optional(string),
  BP_EXECUTABLE_JAR_LOCATION: optional(string),
  BP_APPLICATION_SCRIPT: optional(string),
  BP_SPRING_AOT_ENABLED: boolean,
  BP_TOMCAT_VERSION: optional(string),
  BP_TOMCAT_CONTEXT_PATH: optional(string),
  BP_TOMCAT_MIRROR: optional(string),
  BP_TOMCAT_EXT_CONF_URI: optional(string),
  BP_TOMCAT_EXT_CONF_SHA256: optional(string),
  BP_TOMCAT_EXT_CONF_STRIP: optional(string),
  BP_DISABLE_SBOM: boolean,
  BP_WRITABLE_PATHS: optional(list(string)),
};

export type Settings = Config<typeof settings>;
