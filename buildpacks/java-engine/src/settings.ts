import { boolean, type Config, oneOf, optional, string } from "libcnb";

/** The variables of the build, described in buildpack.toml. */
export const settings = {
  BP_JVM_VERSION: optional(string),
  BP_JVM_DISTRIBUTION: optional(oneOf("liberica", "temurin", "zulu")),
  BP_JVM_TYPE: oneOf("JRE", "JDK"),
  BP_JVM_JLINK_ENABLED: boolean,
  BP_JVM_JLINK_ARGS: optional(string),
  BP_JVM_MIRROR: optional(string),
  BP_JAVA_PROJECT_PATH: optional(string),
  BP_MAVEN_POM_FILE: optional(string),
  BP_DISABLE_SBOM: boolean,
};

export type Settings = Config<typeof settings>;
