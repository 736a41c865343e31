import { type Config, s } from "libcnb";

/** The environment variables that configure the build. They are described in buildpack.toml. */
export const settings = {
  BP_JVM_VERSION: s.optional(s.string),
  BP_JVM_DISTRIBUTION: s.optional(s.oneOf("liberica", "temurin", "zulu")),
  BP_JVM_TYPE: s.oneOf("JRE", "JDK"),
  BP_JVM_JLINK_ENABLED: s.boolean,
  BP_JVM_JLINK_ARGS: s.optional(s.string),
  BP_JVM_MIRROR: s.optional(s.string),
  BP_JAVA_PROJECT_PATH: s.optional(s.string),
  BP_MAVEN_POM_FILE: s.optional(s.string),
  BP_DISABLE_SBOM: s.boolean,
};

export type Settings = Config<typeof settings>;
