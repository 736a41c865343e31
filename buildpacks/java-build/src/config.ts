import { type BuildContext, type Config, s } from "libcnb";

/** The variables that users set, as buildpack.toml declares them. */
export const config = {
  BP_JAVA_PROJECT_PATH: s.optional(s.string),
  BP_JAVA_BUILD_TOOL: s.optional(s.string),
  BP_JAVA_ALWAYS_BUILD: s.boolean,
  BP_INCLUDE_FILES: s.optional(s.string),
  BP_EXCLUDE_FILES: s.optional(s.string),
  BP_MAVEN_VERSION: s.optional(s.string),
  BP_MAVEN_MIRROR: s.optional(s.string),
  BP_MAVEN_POM_FILE: s.optional(s.string),
  BP_MAVEN_SETTINGS_PATH: s.optional(s.string),
  BP_MAVEN_ACTIVE_PROFILES: s.optional(s.string),
  BP_MAVEN_BUILD_ARGUMENTS: s.optional(s.string),
  BP_MAVEN_ADDITIONAL_BUILD_ARGUMENTS: s.optional(s.string),
  BP_MAVEN_BUILT_MODULE: s.optional(s.string),
  BP_MAVEN_BUILT_ARTIFACT: s.optional(s.string),
  BP_GRADLE_VERSION: s.optional(s.string),
  BP_GRADLE_MIRROR: s.optional(s.string),
  BP_GRADLE_BUILD_FILE: s.optional(s.string),
  BP_GRADLE_INIT_SCRIPT_PATH: s.optional(s.string),
  BP_GRADLE_BUILD_ARGUMENTS: s.optional(s.string),
  BP_GRADLE_ADDITIONAL_BUILD_ARGUMENTS: s.optional(s.string),
  BP_GRADLE_BUILT_MODULE: s.optional(s.string),
  BP_GRADLE_BUILT_ARTIFACT: s.optional(s.string),
  BP_DISABLE_SBOM: s.boolean,
};

/** The values of the variables in {@link config}. */
export type Settings = Config<typeof config>;

export type Context = BuildContext<Settings>;
