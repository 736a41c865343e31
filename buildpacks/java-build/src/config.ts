import { type BuildContext, boolean, type Config, optional, string } from "libcnb";

/** The variables that users set, as buildpack.toml declares them. */
export const config = {
  BP_JAVA_PROJECT_PATH: optional(string),
  BP_JAVA_BUILD_TOOL: optional(string),
  BP_JAVA_ALWAYS_BUILD: boolean,
  BP_INCLUDE_FILES: optional(string),
  BP_EXCLUDE_FILES: optional(string),
  BP_MAVEN_VERSION: optional(string),
  BP_MAVEN_MIRROR: optional(string),
  BP_MAVEN_POM_FILE: optional(string),
  BP_MAVEN_SETTINGS_PATH: optional(string),
  BP_MAVEN_ACTIVE_PROFILES: optional(string),
  BP_MAVEN_BUILD_ARGUMENTS: optional(string),
  BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS: optional(string),
  BP_MAVEN_BUILT_MODULE: optional(string),
  BP_MAVEN_BUILT_ARTIFACT: optional(string),
  BP_GRADLE_VERSION: optional(string),
  BP_GRADLE_MIRROR: optional(string),
  BP_GRADLE_BUILD_FILE: optional(string),
  BP_GRADLE_INIT_SCRIPT_PATH: optional(string),
  BP_GRADLE_BUILD_ARGUMENTS: optional(string),
  BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS: optional(string),
  BP_GRADLE_BUILT_MODULE: optional(string),
  BP_GRADLE_BUILT_ARTIFACT: optional(string),
  BP_DISABLE_SBOM: boolean,
};

/** Values of the variables. */
export type Settings = Config<typeof config>;

export type Context = BuildContext<Settings>;
