import { type Config, dependency, type Plan, s } from "libcnb";
import type { Kind } from "./release-id.ts";

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

/**
 * A requirement may contain a version, the source of the request as text, and the phases that need
 * it.
 */
const jreRequest = s.table({
  version: s.optional(s.string),
  source: s.optional(s.string),
  build: s.optional(s.boolean),
  launch: s.optional(s.boolean),
});

/**
 * The dependency `jdk`: the JDK for building apps. The JDK is also in the image if a requirement
 * has `launch = true`.
 */
export const jdk = dependency("jdk", jreRequest);

/**
 * The dependency `jre`: the runtime of apps. It is in the image unless all requirements are only
 * for the build.
 */
export const jre = dependency("jre", jreRequest);

/** The requirements for Java at build time and at launch. */
export interface Needs {
  /** True if the build needs a JDK. */
  readonly jdk: boolean;
  /**
   * The content of the layer `jre`: a JRE, a JDK, or a linked runtime; `undefined` if there is no
   * such layer.
   */
  readonly runtime: "jre" | "jdk" | "linked" | undefined;
  /** True if the layer `jre` is available in the build. */
  readonly build: boolean;
  readonly launch: boolean;
}

/** Combines the requirements of other buildpacks with the settings. */
export function needsOf(plan: Plan, settings: Pick<Settings, "BP_JVM_TYPE" | "BP_JVM_JLINK_ENABLED">): Needs {
  const [forJdk, forJre] = [plan.resolve(jdk), plan.resolve(jre)];
  const launch = forJdk?.launch === true || (forJre !== undefined && (forJre.launch || !forJre.build));
  const build = forJre?.build === true && forJdk === undefined;
  const isJdk = forJdk?.launch === true || settings.BP_JVM_TYPE === "JDK";
  const small = settings.BP_JVM_JLINK_ENABLED ? "linked" : "jre";
  const held = isJdk ? "jdk" : small;
  return { jdk: forJdk !== undefined, runtime: build || launch ? held : undefined, build, launch };
}

/** Returns the kinds of releases to install. The first kind determines the version. */
export const kindsOf = ({ jdk, runtime }: Needs): readonly Kind[] => [
  ...(jdk || runtime === "jdk" || runtime === "linked" ? ["jdk" as const] : []),
  ...(runtime === "jre" ? ["jre" as const] : []),
];
